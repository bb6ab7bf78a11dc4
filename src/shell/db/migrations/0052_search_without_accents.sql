-- Search no longer tells letters apart by their accents: what was kept of each content is made again, behind what arrives.
truncate content_facts, content_search;
