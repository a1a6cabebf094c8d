"""Values as Discord messages. Screens render, and pass clicks on to what decides."""
