"""What the moderators wrote: YAML files -> checked, frozen values."""
