"""The knowledge base: the moderators' YAML files, validated and turned into frozen values."""
