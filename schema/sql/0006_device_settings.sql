-- What somebody set for a device, and what the gateway learnt of it. The names are those of
-- gateway/device_settings_text.h; a name that a program does not know is left alone by it.

ALTER TABLE rastro.device
  ADD COLUMN settings jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(settings) = 'object'),
  -- clock_local_s, clock_utc_s: whole hours by which its clock is ahead; family: guessed from what it sends.
  ADD COLUMN learnt jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(learnt) = 'object');
