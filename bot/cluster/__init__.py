"""Several processes as one bot: who leads, who runs which shard, who may identify."""
