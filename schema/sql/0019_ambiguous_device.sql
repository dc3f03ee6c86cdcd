-- What the forwarder has to know of a tracker that nobody has matched: two of Persat's devices have its serial number,
-- so that sending by that number could be either's.
ALTER TABLE rastro.device ADD COLUMN persat_ambiguous boolean NOT NULL DEFAULT false;
