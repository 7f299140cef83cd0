# Pictures: what is wrong with a file, a download or the disk, and what to do about it.

images-not-a-picture = That file is not a picture I can read. Send a PNG, JPEG or WebP.
images-empty = That file is empty. Send the picture again.
images-truncated = That picture is cut off or damaged. Save or download it anew, then send it again.
images-animated = That picture is animated ({ $frames } frames). Send a single still picture.
images-wrong-format = I cannot edit a { $format }. Send a PNG, JPEG or WebP.
images-too-many-pixels = That picture is { $width }×{ $height } pixels, and I can take at most { $limit } megapixels. Send a smaller version.
images-too-many-bytes = That file is larger than { $limit } MB. Send a smaller version.
images-encode-failed = I could not make a smaller copy of that picture. Send a smaller version.

images-fetch-network = I could not download the picture: the connection failed. Try again in a moment.
images-fetch-busy = I could not download the picture: the server it is on is having trouble. Try again in a moment.
images-fetch-slow = I could not download the picture: it took too long. Try again in a moment.
images-fetch-gone = That picture is no longer where its link points. Send the picture itself.
images-fetch-refused = I cannot download from that link. Send the picture itself.
images-fetch-too-large = That file is larger than { $limit } MB. Send a smaller version.

images-gone = I no longer have that picture. Attach it again.
images-storage-full = My storage is full, so I cannot keep the picture. This is not your fault: tell the bot’s operator.
