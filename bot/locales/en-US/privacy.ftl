# Whose pictures may be edited by others, and what stays where it was made.

edits-not-allowed = <@{ $owner }> would rather not have their pictures edited by others, so I left this one as it is. Try it with a picture of your own. Nothing was charged.
stays-among-adults = That picture comes from an age-restricted channel, so it can be worked on in age-restricted channels only. Nothing was charged.
