"""Several processes as one bot: which one leads, which runs which shard, and which may identify."""
