"""casebot: answers a community's questions about one legal case from a curated, cited FAQ."""
