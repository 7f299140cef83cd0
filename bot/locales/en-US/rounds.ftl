# Rounds: a theme in a channel, pictures made for it, and a vote.

command-round = Rounds: a theme, pictures made for it, and a vote
command-round-start = Start a round with a theme in this channel (Manage Server)
command-round-end = End what goes on in this channel’s round: making, or voting (Manage Server)
command-round-history = This server’s rounds and who won them
option-round-theme = What the pictures are to be about
option-round-length = How long pictures can enter
option-round-entries = How many pictures each member can enter; one where nothing is said
option-round-models = Only pictures by these models, separated by commas; all where nothing is said
option-round-voting = How long members can vote; a day where nothing is said
option-round-starts = When pictures can enter from; at once where nothing is said

round-minutes = { $count } minutes
round-hours = { $count ->
        [one] 1 hour
       *[other] { $count } hours
    }
round-days = { $count ->
        [one] 1 day
       *[other] { $count } days
    }

round-theme-empty = A theme needs a word in it.
round-theme-long = A theme can have at most { $limit } characters.
round-theme-unwanted = “{ $phrase }” is not wanted in prompts here, so it cannot be in a theme either. Choose another theme.
round-model-unknown = There is no model “{ $model }” that this server may use; `/models` lists them. Separate several with commas.
round-entries-range = A member can enter 1 to { $limit } pictures.
round-length-range = A round, and its voting, can last from { $minutes } minutes to { $days } days.
round-one-at-a-time = There is a round in this channel that is not over. `/round end` ends it; another channel can have one of its own.
round-no-place = I cannot post here. Let me see this channel, send messages and attach files in it, then try again.
round-started = The round “{ $theme }” is on; pictures can enter until { $closes }. I announce it here.

round-none-here = There is no round in this channel now. `/round start` starts one, `/round history` shows those that were.
round-moved-on = That round has moved on meanwhile. Use `/round end` again.
round-end-question-announced = Call off the round “{ $theme }” before it begins?
round-end-question-open = **End the round “{ $theme }” now?** Either no more pictures can enter and voting begins, or it is called off and nobody wins.
round-end-question-voting = **End the voting of the round “{ $theme }” now?** Either the votes are counted, or it is called off and nobody wins.
round-end-voting = No more pictures can enter “{ $theme }”; voting begins.
round-end-ended = The round “{ $theme }” is over; I post the result.
round-end-cancelled = The round “{ $theme }” is called off.

button-round-vote-now = Begin voting
button-round-count = Count the votes
button-round-call-off = Call it off

button-round-enter = Enter the round
button-round-withdraw = Withdraw from the round
button-round-pictures = Round…
round-entered = Your picture is in the round “{ $theme }”. The button takes it out again.
round-withdrawn = It is not in the round “{ $theme }” any more.
round-pick = Which of these pictures are in the round?
round-pick-none = None of them
round-pick-picture = Picture { $number }
round-entered-line = In the round “{ $theme }”
round-entered-numbers = In the round “{ $theme }”: { $numbers }
round-closed = No round takes pictures here now.
round-not-yours = Only <@{ $author }> can enter that picture, or take it out.
round-no-picture = That is no picture that everybody here can see, so it cannot enter.
round-other-models = This round takes pictures by these models only: { $models }.
round-among-adults = That picture was made where only adults are, and this round is not held in such a place.
round-entered-enough = You have { $limit ->
        [one] one picture
       *[other] { $limit } pictures
    } in this round, which is as many as each can have. Take one out first.

button-round-vote = Vote
round-not-voting = Nobody votes in that round now.
round-nothing-to-vote = There is no picture here that you could vote for.
round-entry-gone = That picture is not in the round any more. Look at the others.
round-own-entry = That picture is yours; vote for another.
round-ballot-title = Vote: { $theme }
round-ballot-which = Picture { $number } of { $total }
round-ballot-chosen = **your vote is for this one**
round-ballot-elsewhere = your vote is for another one
round-ballot-open = you have not voted yet
round-ballot-vote = Vote for it
round-ballot-take-back = Take my vote back
round-ballot-previous = Previous
round-ballot-next = Next
round-ballot-no-picture = This picture cannot be shown now.
round-ballot-footer = Everybody sees the pictures in an order of their own. You have one vote and can change it; it ends { $ends }. Who made them and how votes fall is told then.

round-title = ## 🏁 { $theme }
round-now-announced = A round that begins { $when } ({ $relative }).
round-now-open = Pictures can enter until { $when } ({ $relative }).
round-now-voting = Voting goes on until { $when } ({ $relative }).
round-over-ended = This round is over.
round-over-cancelled = This round was called off.
round-how = Make a picture here with `/imagine`: it is entered by itself. **Enter the round** under a result of yours here does it too, and takes it out again. { $count ->
        [one] Each member can have one picture in it.
       *[other] Each member can have { $count } pictures in it.
    }
round-models = Only pictures by { $models }.
round-then-voting = Then members vote, until { $when }.
round-counted = { $entries ->
        [one] one picture
       *[other] { $entries } pictures
    } by { $artists ->
        [one] one member
       *[other] { $artists } members
    }
round-counted-none = no pictures
round-vote-now = { $entries } pictures are in. Every member has one vote until { $when } ({ $relative }), not for their own.
round-reminder-making = Pictures can enter { $relative } at the latest.
round-reminder-voting = Voting ends { $relative }.
round-winners = **The winners**
round-more-winners = { $count ->
        [one] and one more
       *[other] and { $count } more
    }
round-place = { $medal } { $artist } · { $votes ->
        [one] one vote
       *[other] { $votes } votes
    }
round-place-link = [go to the picture]({ $link })
round-no-winner = Nobody voted, so nobody won.
round-no-entries = No picture entered, so nobody won.
round-only-one = It was the only picture, so there was nothing to vote on.
round-votes = { $votes ->
        [one] one vote
       *[other] { $votes } votes
    }
round-late-open = It was to begin { $when }; I was not running then, so everything is that much later.
round-late-voting = Voting was to begin { $when }; I was not running then. It has its whole time all the same.
round-late-ended = The result was to come { $when }; I was not running then.
round-alt = The podium of the round “{ $theme }”: { $list }
round-alt-place = place { $place }, “{ $prompt }”
round-footer-announced = -# Round `{ $id }`
round-footer-voting = -# Voting of round `{ $id }`
round-footer-reminder-making = -# Reminder of round `{ $id }`: making
round-footer-reminder-voting = -# Reminder of round `{ $id }`: voting
round-footer-result = -# Result of round `{ $id }`

rounds-title = Rounds
rounds-none = There were none yet. Who may manage this server starts one with `/round start`.
rounds-page = Page { $page } of { $pages } · { $total ->
        [one] one round is over
       *[other] { $total } rounds are over
    }
rounds-newer = Newer
rounds-older = Older
rounds-state-announced = begins { $when }
rounds-state-open = takes pictures until { $when }
rounds-state-voting = voting until { $when }
rounds-state-ended = ended { $when }
rounds-state-cancelled = called off { $when }
