"""How fast the service is: bookings beside a bare insert, an offer's parts, several processes."""
