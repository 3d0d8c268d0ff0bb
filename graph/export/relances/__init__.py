"""Reminders: what each contributor is asked (messages.py), as e-mails not sent (eml.py), as one mail-merge sheet."""
