"""台账报送: a unit's own register dropped, checked, handed in, its versions; and who may."""
