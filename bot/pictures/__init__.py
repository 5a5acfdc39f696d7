"""Pictures that come in and go out, made in processes of their own."""
