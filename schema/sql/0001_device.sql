-- Devices, the keys of the API, and the notice that either changed.

CREATE TABLE rastro.device (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- What the device logs in with: an IMEI in most cases (schema/device_identity.h).
  imei text NOT NULL UNIQUE,
  name text NOT NULL DEFAULT '',
  status text NOT NULL CHECK (status IN ('active', 'pending', 'disabled')),
  persat_device_id bigint,
  -- From here on as Persat's device list names them.
  type text NOT NULL DEFAULT 'VEHICLE',
  serial_number text NOT NULL DEFAULT '',
  first_name text NOT NULL DEFAULT '',
  last_name text NOT NULL DEFAULT '',
  working_zones jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(working_zones) = 'array'),
  working_hours jsonb NOT NULL DEFAULT
    '{"monday": [], "tuesday": [], "wednesday": [], "thursday": [], "friday": [], "saturday": [], "sunday": []}'
    CHECK (jsonb_typeof(working_hours) = 'object'),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE rastro.api_key (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  key_hash bytea NOT NULL UNIQUE,
  prefix text NOT NULL,  -- the first characters, so that people can tell their keys apart
  created_at timestamptz NOT NULL DEFAULT now(),
  last_used_at timestamptz,
  revoked_at timestamptz
);

CREATE FUNCTION rastro.touch_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END $$;

CREATE TRIGGER device_updated BEFORE UPDATE ON rastro.device
  FOR EACH ROW EXECUTE FUNCTION rastro.touch_updated_at();

-- The payload is the table's name. Once a statement: the server folds equal notices of one transaction into one.
CREATE FUNCTION rastro.notify_catalogue() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('rastro_catalogue', TG_TABLE_NAME);
  RETURN NULL;
END $$;

CREATE TRIGGER device_notify AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE ON rastro.device
  FOR EACH STATEMENT EXECUTE FUNCTION rastro.notify_catalogue();

-- Not for last_used_at, which moves with every request.
CREATE TRIGGER api_key_notify
  AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE OF name, key_hash, prefix, revoked_at ON rastro.api_key
  FOR EACH STATEMENT EXECUTE FUNCTION rastro.notify_catalogue();
