# `python -m bot backup`, for the operator.

backup-written = { $file } is written: { $kilobytes } KB, the database as it was a moment ago. The pictures in { $folder } are not in it.
