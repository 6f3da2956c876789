"""What people write - studies, column maps, recodes, instruments - read whole, checked whole, frozen."""
