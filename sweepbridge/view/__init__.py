"""What people see of a sweep; reads the store, writes nothing."""
