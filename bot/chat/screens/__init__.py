"""Values to Discord messages. Views render and pass clicks on; they decide nothing."""
