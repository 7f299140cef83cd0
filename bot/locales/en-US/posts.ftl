# What a server's managers are told when the bot's own posts cannot be made.

post-trouble-gone = I was to post in { $channel }, but that channel is not there any more. Nothing is lost: choose another in its place, and I go on there.
post-trouble-forbidden = I was to post in { $channel }, but Discord does not let me. Nothing is lost: let me view it, send messages, embed links and attach files there, and I go on by myself.
post-forbidden-thread = I was to start a thread for each result in { $channel }, but Discord does not let me. Nothing is lost: let me create public threads and read the message history there, and I go on by myself.
post-forbidden-forum = I was to post results in the forum { $channel }, but Discord does not let me. Nothing is lost: let me view it, create posts, attach files and, where it wants tags, manage it, and I go on by myself.
post-trouble-unreadable = I may have posted in { $channel } before I was stopped, and cannot see whether I did. Let me read its message history, and I go on by myself.
post-of-server = About the server { $guild }: { $said }
