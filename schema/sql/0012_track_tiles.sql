-- The lines of all vehicles in a tile of the map.
CREATE INDEX trip_line ON rastro.trip USING gist (line);
