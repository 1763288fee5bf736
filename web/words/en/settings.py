"""What is said about settings at the start."""

WORDS = {
    "setting.unknown": "there is no such setting, perhaps it is misspelt",
    "setting.not_an_origin": "must be http(s)://host[:port] with nothing behind it",
    "setting.not_a_url": "is not a usable address",
    "setting.not_a_network": "must be IP addresses or networks between commas",
    "setting.not_a_limit": "must be a limit such as 60/minute, several between semicolons",
    "setting.not_a_number": "must be a whole number",
    "setting.out_of_range": "is out of bounds",
    "setting.not_a_file": "the file does not exist",
    "setting.not_a_directory": "the directory does not exist, or is none",
    "setting.not_a_log_origin": "a log's name has no spaces, plus signs or scheme",
    "setting.not_a_storage": "must be memory:// or a Redis address",
    "setting.keys_in_data": "the key directory must not lie inside the data directory",
    "setting.needs_search_url": "is of no use without SKILLCERT_SEARCH_URL",
}
