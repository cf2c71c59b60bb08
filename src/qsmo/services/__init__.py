"""What is delivered to agencies; each folder stands alone behind the one contract."""
