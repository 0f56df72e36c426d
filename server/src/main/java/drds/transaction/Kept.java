package drds.transaction;

import drds.atom.Backend;

/** A connection to a Group's primary that a session keeps beyond its statements, since its temporary tables are there. */
record Kept(String group, Backend backend) {}
