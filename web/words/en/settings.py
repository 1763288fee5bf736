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
    "setting.not_a_day": "must be a day such as 2026-01-01",
    "setting.not_a_choice": "must be one of the words in the documentation",
    "setting.not_a_witness_policy": (
        "no witness policy: first a line 'quorum N', then a key and an address on each line, at least N of them"
    ),
    "setting.needs_witnesses": (
        "under https a witness policy file is needed; if you really want none, write quorum 0 in it"
    ),
    "setting.needed": "is needed, because other settings of the identity provider are there",
    "setting.not_an_issuer": "is no issuer: https (but on this machine), and nothing behind a question mark",
    "setting.needs_openid": "must contain openid",
    "setting.not_a_secret": "the file is empty, or has more than one line",
    "setting.needs_search_url": "is of no use without SKILLCERT_SEARCH_URL",
}
