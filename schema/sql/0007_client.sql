-- The places that vehicles go to.

CREATE TABLE rastro.client (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uid_client text UNIQUE,  -- the number that the operator's own books have
  company_name text NOT NULL CHECK (company_name <> ''),
  position geometry(Point, 4326) NOT NULL,
  radius_m real NOT NULL DEFAULT 100 CHECK (radius_m > 0 AND radius_m <= 100000),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX client_position ON rastro.client USING gist (position);

CREATE TRIGGER client_updated BEFORE UPDATE ON rastro.client
  FOR EACH ROW EXECUTE FUNCTION rastro.touch_updated_at();

CREATE TRIGGER client_notify AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE ON rastro.client
  FOR EACH STATEMENT EXECUTE FUNCTION rastro.notify_catalogue();
