# A server's rules for prompts, and whom it does not let use Easel.

command-rules = Words and phrases that are not wanted in prompts here
command-rules-list = Show the rules for prompts
command-rules-add = Refuse prompts with a word or phrase, apart from exceptions
command-rules-remove = Remove a rule for prompts
command-rules-test = Show which rules a prompt would meet, and why
option-rules-phrase = A word or a phrase; only whole words match, in any case
option-rules-exceptions = Phrases with it in them that are all right, separated by commas
option-rules-remove-phrase = The rule’s word or phrase
option-rules-prompt = A prompt to try; nothing is made

blocked = You cannot make pictures with Easel in this server. { $said ->
        [yes] The reason: “{ $reason }”
       *[no] No reason was given.
    } Ask somebody who manages the server. Nothing was charged.
blocked-until = You cannot make pictures with Easel in this server until <t:{ $until }:f> (<t:{ $until }:R>). { $said ->
        [yes] The reason: “{ $reason }”
       *[no] No reason was given.
    } Nothing was charged.
block-yourself = You cannot block yourself.
block-over = That block would be over already. Choose a later end.
block-reason-too-long = A reason can have at most { $limit } characters.

prompt-unwanted = This server does not want “{ $phrase }” in prompts. Change the prompt and try again. Nothing was charged.
prompt-forbidden = Easel does not take prompts with “{ $phrase }” anywhere, for Discord forbids it. Nothing was charged.

refused-privately = I did not take that, and only you should read why: let me send you direct messages, or ask with a command. Nothing was charged.

managers-only = Only who may manage this server can do that: it takes the permission Manage Server.
servers-only = That is for servers; use it in one.

rules-no-word = A rule or an exception needs a letter, a digit or a symbol in it.
rules-too-long = A phrase can have at most { $limit } characters.
rules-too-many = This server has { $limit } rules, which is as many as there can be. Remove one first.
rules-too-many-exceptions = A rule can have at most { $limit } exceptions, of { $length } characters in all.
rules-exception-apart = “{ $exception }” is no exception to “{ $phrase }”: it has to have those words in it, and more. Exceptions are separated by commas.
rules-none-such = There is no rule “{ $phrase }” here. `/rules list` shows those that there are.

rules-added = Prompts with “{ $phrase }” are refused here from now on.
rules-added-except = Prompts with “{ $phrase }” are refused here from now on, apart from: { $exceptions }.
rules-changed = The rule “{ $phrase }” was there; now it has no exceptions.
rules-changed-except = The rule “{ $phrase }” was there; now its exceptions are: { $exceptions }.
rules-removed = Prompts with “{ $phrase }” are taken here again.

rules-title = Rules for prompts
rules-none = There are none yet. `/rules add` makes one.
rules-item = - “{ $phrase }” · { $by }, { $when }
rules-item-except = - “{ $phrase }”, apart from { $exceptions } · { $by }, { $when }
rules-page = Page { $page } of { $pages }
rules-everywhere = Besides, { $count } phrases that Discord forbids are refused everywhere. `/rules test` says what would match.

rules-test-title = A test of the rules
rules-test-read = Read as: { $words }
rules-test-nothing = ✅ No rule is met. The prompt would be taken.
rules-test-taken = ✅ All that is met is excepted. The prompt would be taken.
rules-test-refused = 🚫 The prompt would be refused.
rules-test-met = - “{ $phrase }” is in it.
rules-test-met-besides = - “{ $phrase }” is in it, also outside of its exceptions: { $exceptions }.
rules-test-met-everywhere = - “{ $phrase }” is in it, which is refused everywhere.
rules-test-excepted = - “{ $phrase }” is in it, but only within its exceptions: { $exceptions }.
