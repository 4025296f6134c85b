"""A pretend Telegram over real HTTP: demo, stories and load use the same one.

It knows nothing of losbot: it imports neither `models` nor `handlers`, and learns that the bot
is idle, or what is due next, only from callables it is given.
"""
