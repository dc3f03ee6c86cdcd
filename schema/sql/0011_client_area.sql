-- What a client is beyond a point and a radius: its area, and when and how long vehicles are expected there.

ALTER TABLE rastro.client
  ADD COLUMN area geometry(MultiPolygon, 4326),  -- null: the circle about the position
  ADD COLUMN min_visit_s integer NOT NULL DEFAULT 0 CHECK (min_visit_s BETWEEN 0 AND 86400),  -- 0: every stop is a visit
  ADD COLUMN service_time_s integer CHECK (service_time_s BETWEEN 1 AND 86400),  -- null: not known
  -- [{"from": 480, "to": 720, "days": ["monday"]}]: minutes of the local day; without days: every day.
  ADD COLUMN time_windows jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(time_windows) = 'array'),
  ADD COLUMN address text NOT NULL DEFAULT '',
  -- What else Persat's client object has, as it was given: company_description, type_id, street, custom_fields, …
  ADD COLUMN details jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(details) = 'object'),
  ADD CONSTRAINT client_area_valid CHECK (area IS NULL OR (ST_IsValid(area) AND NOT ST_IsEmpty(area))),
  -- 0,0 is what a form sends that nobody filled in. Not valid: rows that were entered before may stand.
  ADD CONSTRAINT client_somewhere CHECK (ST_X(position) <> 0 OR ST_Y(position) <> 0) NOT VALID;

CREATE INDEX client_area ON rastro.client USING gist (area) WHERE area IS NOT NULL;

-- Visits are told by the client's number, so that every client has one. Who gives none gets it from here.
CREATE FUNCTION rastro.number_client() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.uid_client := coalesce(nullif(NEW.uid_client, ''), 'rastro-' || NEW.id);
  RETURN NEW;
END $$;

CREATE TRIGGER client_number BEFORE INSERT OR UPDATE ON rastro.client
  FOR EACH ROW EXECUTE FUNCTION rastro.number_client();

UPDATE rastro.client SET uid_client = '' WHERE uid_client IS NULL;
ALTER TABLE rastro.client ALTER COLUMN uid_client SET NOT NULL;

CREATE FUNCTION rastro.area_of(geojson text) RETURNS geometry LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT ST_SetSRID(ST_Multi(ST_Force2D(ST_GeomFromGeoJSON(geojson))), 4326)
$$;

-- What is wrong with a GeoJSON geometry as a client's area: PostGIS's reason with the place in brackets, or the name of
-- another fault; null: nothing.
CREATE FUNCTION rastro.area_fault(geojson text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
  shape geometry;
BEGIN
  BEGIN
    shape := rastro.area_of(geojson);
  EXCEPTION WHEN OTHERS THEN
    RETURN 'not_geojson';
  END;
  IF shape IS NULL OR GeometryType(shape) <> 'MULTIPOLYGON' THEN
    RETURN 'not_polygon';
  ELSIF ST_IsEmpty(shape) THEN
    RETURN 'empty';
  ELSIF ST_XMin(shape) < -180 OR ST_XMax(shape) > 180 OR ST_YMin(shape) < -90 OR ST_YMax(shape) > 90 THEN
    RETURN 'out_of_range';
  ELSIF NOT ST_IsValid(shape) THEN
    RETURN ST_IsValidReason(shape);
  END IF;
  RETURN NULL;
END $$;
