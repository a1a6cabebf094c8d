"""What operators see of a running bot: logs, metrics, health, error reports. Never what members write."""
