"""The one API object: keys, paging, errors as problem documents; each slice adds its router."""
