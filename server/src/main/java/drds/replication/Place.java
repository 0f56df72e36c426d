package drds.replication;

/** A schema on a Group. */
record Place(String group, String schema) {
    @Override
    public String toString() {
        return group + "/" + schema;
    }
}
