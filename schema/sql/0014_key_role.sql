-- What a key of the API may do. Keys from before could do everything.

ALTER TABLE rastro.api_key
  ADD COLUMN role text NOT NULL DEFAULT 'admin' CHECK (role IN ('viewer', 'operator', 'admin')),
  ADD COLUMN scopes text[] NOT NULL DEFAULT '{}';  -- none: all (gateway/api/permission.h)
ALTER TABLE rastro.api_key ALTER COLUMN role DROP DEFAULT;

DROP TRIGGER api_key_notify ON rastro.api_key;
CREATE TRIGGER api_key_notify
  AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE OF name, key_hash, prefix, role, scopes, revoked_at ON rastro.api_key
  FOR EACH STATEMENT EXECUTE FUNCTION rastro.notify_catalogue();

CREATE INDEX audit_at ON rastro.audit (at, id);
