# What people decide about their pictures, and what stays where it was made.

command-privacy = What you decide about your pictures
command-privacy-edits = Whether others may edit your pictures with Easel
option-allow = True lets others edit your pictures, False keeps them yours; leave it out to see how it is

privacy-edits-allowed = Others may edit your pictures with Easel: those that you made with it, and those that you post. `/privacy edits allow:False` stops that.
privacy-edits-not-allowed = Nobody else may edit your pictures with Easel: neither those that you made with it nor those that you post. What was edited before stays, and a copy that somebody uploads as their own is not recognised. `/privacy edits allow:True` lets them again.

edits-not-allowed = <@{ $owner }> would rather not have their pictures edited by others, so I left this one as it is. Try it with a picture of your own. Nothing was charged.
stays-among-adults = That picture comes from an age-restricted channel, so it can be worked on in age-restricted channels only. Nothing was charged.
