"""Files by which money moves: the ACH file, Treasury's payment request, and the interface behind which both stand."""
