# Reports of results, and what moderators decide about them.

command-report-picture = Report picture

button-report = Report

report-form = Report this picture
report-form-reason = What is wrong with it?
report-form-who = You may leave it empty. The server's moderators read it, and see that you wrote it.
report-not-mine = I made no picture in that message, so I cannot take a report of it. Report it to Discord, or tell a moderator.
report-elsewhere = That picture was not made in this server, so it cannot be reported here.
report-gone = That picture was deleted already, so there is nothing left to report.
report-no-channel = This server has no log channel yet, so nobody would read a report. Tell a moderator; who may manage the server can choose one with `/settings panel`.
report-looked-at = A moderator has looked at your report of that picture already.
report-taken = Thank you. Your report goes to the moderators; nobody else sees who reported it.

report-title = { $count ->
        [one] Reported
       *[other] Reported by { $count } members
    }
report-author = a result of { $author }
report-no-reason = no reason given
report-among-adults = It comes from an age-restricted channel and this is none, so its picture is not shown here.
report-block-reason = a picture that was reported ({ $id })

report-done-deleted = 🗑️ Deleted by { $by }, { $when }.
report-done-spoiler = 🫣 Made a spoiler by { $by }, { $when }.
report-done-blocked = ⛔ Its author was blocked by { $by }, { $when }. `/settings panel` shows who is blocked, and takes it back.
report-done-dismissed = ✅ Dismissed by { $by }, { $when }.

button-report-deleted = Delete
button-report-spoiler = Spoiler
button-report-blocked = Block author
button-report-dismissed = Dismiss

moderators-only = Only who may manage messages here can do that.
blockers-only = Only who may time out members, or manage this server, can block somebody.
report-decided = Somebody has decided about that already.
report-undeletable = Discord does not let me delete that message, so nothing was decided. Delete it by its own menu.
report-unhideable = That message is gone or out of my reach, so its pictures cannot be made spoilers.
report-later = Discord does not answer properly right now, so nothing was decided. Press the button again in a minute.
