"""Large Parquet files taken in by columns: what is plainly right is taken as it is, the rest is read row by row.

The reader of rows decides what a row says and what is wrong with it. Here it is only found out which rows it would
hand back as they are; a row that is not plainly so goes to the reader, with its place in the file.
"""
