"""The pages of the staff: institutions, bureaus, the province, auditors."""
