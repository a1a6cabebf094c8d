"""Screens: values rendered as Discord messages. They pass clicks on to the services that decide."""
