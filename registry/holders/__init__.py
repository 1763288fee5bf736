"""Holders: what a person may open of the own certificates, and what they show to others."""
