"""OfficeTalk: the microblog that a company owns."""

__version__ = "1.0.0"
