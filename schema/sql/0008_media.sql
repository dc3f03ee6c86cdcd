-- Photos, recordings and other files that devices send in parts, put together when the last part is here.

CREATE TABLE rastro.media (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  device_id bigint NOT NULL,
  kind text NOT NULL,          -- photo, recording, …
  file numeric(20) NOT NULL,   -- the device's own number of it
  total_bytes integer NOT NULL CHECK (total_bytes > 0),
  state text NOT NULL CHECK (state IN ('receiving', 'complete', 'abandoned')),
  expected bytea NOT NULL,     -- what the device's check of the whole file has to give; empty: none
  intact boolean,              -- whether it gave that; null: nothing to check by
  started_at timestamptz NOT NULL,
  completed_at timestamptz,
  content bytea
);

CREATE INDEX media_device ON rastro.media (device_id, started_at);
CREATE UNIQUE INDEX media_receiving ON rastro.media (device_id, kind, file) WHERE state = 'receiving';

CREATE TABLE rastro.media_part (
  media_id bigint NOT NULL REFERENCES rastro.media ON DELETE CASCADE,
  start integer NOT NULL,
  data bytea NOT NULL,
  PRIMARY KEY (media_id, start)
);

-- Files that a device may have under way at once: what it starts beyond that ends the oldest.
CREATE FUNCTION rastro.abandon_media(of_device bigint) RETURNS void LANGUAGE sql AS $$
  WITH over AS (
    UPDATE rastro.media SET state = 'abandoned'
    WHERE id IN (SELECT id FROM rastro.media WHERE device_id = of_device AND state = 'receiving'
                 ORDER BY started_at DESC, id DESC OFFSET 8)
    RETURNING id)
  DELETE FROM rastro.media_part WHERE media_id IN (SELECT id FROM over);
$$;

-- Puts the file together when its parts leave no gap. Overlapping parts are cut, the earlier start counts.
CREATE FUNCTION rastro.assemble_media(of_media bigint, at timestamptz) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  file rastro.media%ROWTYPE;
  part record;
  filled integer := 0;
  pieces bytea[] := '{}';
  whole bytea;
BEGIN
  SELECT * INTO STRICT file FROM rastro.media WHERE id = of_media;
  FOR part IN SELECT start, data FROM rastro.media_part WHERE media_id = of_media ORDER BY start LOOP
    IF part.start > filled THEN
      RETURN false;
    END IF;
    CONTINUE WHEN part.start + length(part.data) <= filled;
    pieces := pieces || substring(part.data FROM filled - part.start + 1);
    filled := part.start + length(part.data);
  END LOOP;
  IF filled < file.total_bytes THEN
    RETURN false;
  END IF;
  SELECT string_agg(piece, ''::bytea ORDER BY n) INTO whole FROM unnest(pieces) WITH ORDINALITY AS u(piece, n);
  UPDATE rastro.media SET state = 'complete', completed_at = at, content = whole,
    intact = CASE length(file.expected) WHEN 16 THEN decode(md5(whole), 'hex') = file.expected END
    WHERE id = of_media;
  DELETE FROM rastro.media_part WHERE media_id = of_media;
  RETURN true;
END $$;

-- Takes one part; the same part again changes nothing, also when the file is complete. True when that completed the file.
CREATE FUNCTION rastro.take_media_part(
  of_device bigint, of_kind text, of_file numeric, total integer, part_start integer, part bytea, check_value bytea,
  at timestamptz) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  known rastro.media%ROWTYPE;
BEGIN
  IF length(part) = 0 OR part_start < 0 OR part_start + length(part) > total THEN
    RETURN false;
  END IF;
  SELECT * INTO known FROM rastro.media
    WHERE device_id = of_device AND kind = of_kind AND file = of_file AND total_bytes = total AND expected = check_value
      AND state <> 'abandoned' ORDER BY id DESC LIMIT 1;
  IF known.state = 'complete' AND substring(known.content FROM part_start + 1 FOR length(part)) = part THEN
    RETURN false;
  END IF;
  IF known.state IS DISTINCT FROM 'receiving' THEN
    -- The same number with another length or check: the device began anew.
    UPDATE rastro.media SET state = 'abandoned'
      WHERE device_id = of_device AND kind = of_kind AND file = of_file AND state = 'receiving';
    INSERT INTO rastro.media (device_id, kind, file, total_bytes, state, expected, started_at)
      VALUES (of_device, of_kind, of_file, total, 'receiving', check_value, at) RETURNING * INTO known;
    PERFORM rastro.abandon_media(of_device);
  END IF;
  INSERT INTO rastro.media_part VALUES (known.id, part_start, part) ON CONFLICT DO NOTHING;
  IF (SELECT sum(length(data)) FROM rastro.media_part WHERE media_id = known.id) < total THEN
    RETURN false;
  END IF;
  RETURN rastro.assemble_media(known.id, at);
END $$;
