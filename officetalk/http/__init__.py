"""What both edges, the API and the web pages, need: services, who asks, how often, with what."""
