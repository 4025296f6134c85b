"""The outside world: Telegram, the clock, the network, the environment and every transaction."""
