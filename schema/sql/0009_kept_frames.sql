-- What decoding a kept frame again needs to know (rastro journal redecode).

ALTER TABLE rastro.message
  ADD COLUMN transport smallint NOT NULL DEFAULT 0,        -- Transport of schema/record.h
  ADD COLUMN decoder_version integer NOT NULL DEFAULT 1;

ALTER TABLE rastro.dead_letter
  ADD COLUMN transport smallint NOT NULL DEFAULT 0,
  ADD COLUMN frame bytea;  -- the whole frame, where raw is a part of it

CREATE INDEX message_unknown ON rastro.message (decoder_version) WHERE type = 'unknown';
