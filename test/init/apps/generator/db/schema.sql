CREATE TABLE entries (
  id SERIAL PRIMARY KEY,
  title VARCHAR(100) NOT NULL,
  body TEXT,
  written_on DATE NOT NULL DEFAULT CURRENT_DATE
);
INSERT INTO entries (title, body) VALUES ('Monday', 'It rained'), ('Tuesday', 'It did not'), ('Friday', NULL);
