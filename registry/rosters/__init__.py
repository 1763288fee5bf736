"""Lists of certificate numbers and names that somebody wants checked: an employer's, a subsidy office's."""
