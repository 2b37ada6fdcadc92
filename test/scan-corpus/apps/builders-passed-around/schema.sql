CREATE TABLE members (id SERIAL PRIMARY KEY, email TEXT NOT NULL, password_hash TEXT);
CREATE TABLE workouts (id SERIAL PRIMARY KEY, member_id INTEGER REFERENCES members (id), kind TEXT);
CREATE TABLE sets (id SERIAL PRIMARY KEY, workout_id INTEGER REFERENCES workouts (id), reps INTEGER);
CREATE TABLE exercises (id SERIAL PRIMARY KEY, name TEXT);
