{
 "patcher": {
  "title": "Antiphon: sound design",
  "fileversion": 1,
  "appversion": {
   "major": 8,
   "minor": 5,
   "revision": 5,
   "architecture": "x64",
   "modernui": 1
  },
  "classnamespace": "box",
  "rect": [
   60.0,
   80.0,
   1860.0,
   1840.0
  ],
  "bglocked": 0,
  "openinpresentation": 1,
  "default_fontsize": 12.0,
  "default_fontface": 0,
  "default_fontname": "Arial",
  "gridonopen": 1,
  "gridsize": [
   15.0,
   15.0
  ],
  "gridsnaponopen": 1,
  "objectsnaponopen": 1,
  "statusbarvisible": 2,
  "toolbarvisible": 1,
  "lefttoolbarpinned": 0,
  "toptoolbarpinned": 0,
  "righttoolbarpinned": 0,
  "bottomtoolbarpinned": 0,
  "toolbars_unpinned_last_save": 0,
  "tallnewobj": 0,
  "boxanimatetime": 200,
  "enablehscroll": 1,
  "enablevscroll": 1,
  "devicewidth": 0.0,
  "description": "",
  "digest": "",
  "tags": "",
  "style": "",
  "subpatcher_template": "",
  "assistshowspatchername": 0,
  "boxes": [
   {
    "box": {
     "id": "obj-1",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20,
      12,
      414.0,
      26.0
     ],
     "text": "Sound design: everything that can be set",
     "fontsize": 16.0,
     "fontface": 1,
     "presentation": 1,
     "presentation_rect": [
      20,
      8,
      500,
      26
     ]
    }
   },
   {
    "box": {
     "id": "obj-2",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20,
      44,
      900,
      36.0
     ],
     "text": "Hover over a control for what it does. Who else sets a parameter (a preset, the page, a MIDI controller) moves it here, too. Notes leave [antiphon] as lists: pitch velocity channel; put any synth where [noteout] is.",
     "linecount": 2,
     "presentation": 1,
     "presentation_rect": [
      20,
      40,
      620,
      54
     ]
    }
   },
   {
    "box": {
     "id": "obj-3",
     "maxclass": "bpatcher",
     "numinlets": 2,
     "numoutlets": 4,
     "patching_rect": [
      20,
      180,
      300.0,
      116.0
     ],
     "outlettype": [
      "",
      "",
      "",
      ""
     ],
     "name": "antiphon.maxpat",
     "presentation": 1,
     "presentation_rect": [
      660,
      8,
      300.0,
      116.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-4",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20,
      130,
      106,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r designer-say"
    }
   },
   {
    "box": {
     "id": "obj-5",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      340,
      110,
      54,
      22.0
     ],
     "outlettype": [
      "",
      "",
      ""
     ],
     "text": "notein"
    }
   },
   {
    "box": {
     "id": "obj-6",
     "maxclass": "newobj",
     "numinlets": 3,
     "numoutlets": 1,
     "patching_rect": [
      340,
      142.0,
      100,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "pack 0 0 1"
    }
   },
   {
    "box": {
     "id": "obj-7",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      460,
      110,
      100,
      21.0
     ],
     "text": "your keyboard"
    }
   },
   {
    "box": {
     "id": "obj-8",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20,
      330,
      120,
      22.0
     ],
     "outlettype": [
      "",
      "",
      ""
     ],
     "text": "unpack 0 0 0"
    }
   },
   {
    "box": {
     "id": "obj-9",
     "maxclass": "newobj",
     "numinlets": 3,
     "numoutlets": 0,
     "patching_rect": [
      20,
      362.0,
      120,
      22.0
     ],
     "outlettype": [],
     "text": "noteout"
    }
   },
   {
    "box": {
     "id": "obj-10",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340,
      330,
      87,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-11",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340,
      362.0,
      330,
      22.0
     ],
     "text": "",
     "outlettype": [
      ""
     ]
    }
   },
   {
    "box": {
     "id": "obj-12",
     "maxclass": "newobj",
     "numinlets": 3,
     "numoutlets": 3,
     "patching_rect": [
      720,
      250,
      220,
      22.0
     ],
     "outlettype": [
      "",
      "",
      ""
     ],
     "text": "route running /antiphon/value"
    }
   },
   {
    "box": {
     "id": "obj-13",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      720,
      282.0,
      47,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "sel 1"
    }
   },
   {
    "box": {
     "id": "obj-14",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      720,
      314.0,
      40.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "t b"
    }
   },
   {
    "box": {
     "id": "obj-15",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      720,
      346,
      54,
      22.0
     ],
     "text": "getall",
     "outlettype": [
      ""
     ]
    }
   },
   {
    "box": {
     "id": "obj-16",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      720,
      378,
      106,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-say"
    }
   },
   {
    "box": {
     "id": "obj-17",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840,
      282,
      126,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-values"
    }
   },
   {
    "box": {
     "id": "obj-18",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      980,
      130,
      126,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r designer-values"
    }
   },
   {
    "box": {
     "id": "obj-19",
     "maxclass": "newobj",
     "numinlets": 43,
     "numoutlets": 43,
     "patching_rect": [
      980,
      162,
      860,
      50.0
     ],
     "outlettype": [
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      ""
     ],
     "text": "route temperature top_p low high density energy register texture scale root chord pull split avoid_doubling polyphony most repeats harmonies place share space alone alone_beats count_in silence length bars choose trade barge_in lookahead signature quantize strength swing humanize offset late velocity programs thru thru_channel"
    }
   },
   {
    "box": {
     "id": "obj-20",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      132.0,
      610.0,
      106,
      21.0
     ],
     "text": "How it plays",
     "fontface": 1,
     "presentation": 1,
     "presentation_rect": [
      20,
      274.0,
      240,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-21",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      420.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r designer-temperature"
    }
   },
   {
    "box": {
     "id": "obj-22",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      452.0,
      87,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-23",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      578.0,
      200,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-temperature"
    }
   },
   {
    "box": {
     "id": "obj-24",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      486.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "parameter_enable": 1,
     "varname": "antiphon_temperature",
     "annotation": "how adventurous: below 1 safer, above 1 wilder; 0: 0.7 for lines (candidates to 1.1), else 0.9",
     "annotation_name": "Temperature",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Temperature",
       "parameter_shortname": "Temperature",
       "parameter_annotation_name": "Temperature",
       "parameter_info": "how adventurous: below 1 safer, above 1 wilder; 0: 0.7 for lines (candidates to 1.1), else 0.9",
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0.0
       ],
       "parameter_invisible": 0,
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 3.0,
       "parameter_modmode": 2,
       "parameter_unitstyle": 9,
       "parameter_units": "%.2f"
      }
     },
     "presentation": 1,
     "presentation_rect": [
      20.0,
      300.0,
      60.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-25",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      90.0,
      512.0,
      130,
      21.0
     ],
     "text": "0 to 3",
     "presentation": 1,
     "presentation_rect": [
      20.0,
      352.0,
      110,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-26",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      546.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend temperature"
    }
   },
   {
    "box": {
     "id": "obj-27",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      610.0,
      108,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-say"
    }
   },
   {
    "box": {
     "id": "obj-28",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      240.0,
      420.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r designer-top_p"
    }
   },
   {
    "box": {
     "id": "obj-29",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      240.0,
      452.0,
      87,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-30",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      240.0,
      578.0,
      200,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-top_p"
    }
   },
   {
    "box": {
     "id": "obj-31",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      240.0,
      486.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "parameter_enable": 1,
     "varname": "antiphon_top_p",
     "annotation": "draw only from the likeliest classes that add up to this",
     "annotation_name": "Top p",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Top p",
       "parameter_shortname": "Top p",
       "parameter_annotation_name": "Top p",
       "parameter_info": "draw only from the likeliest classes that add up to this",
       "parameter_initial_enable": 1,
       "parameter_initial": [
        1.0
       ],
       "parameter_invisible": 0,
       "parameter_type": 0,
       "parameter_mmin": 0.05,
       "parameter_mmax": 1.0,
       "parameter_modmode": 2,
       "parameter_unitstyle": 9,
       "parameter_units": "%.2f"
      }
     },
     "presentation": 1,
     "presentation_rect": [
      138.0,
      300.0,
      60.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-32",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      310.0,
      512.0,
      130,
      21.0
     ],
     "text": "0.05 to 1",
     "presentation": 1,
     "presentation_rect": [
      138.0,
      352.0,
      110,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-33",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      240.0,
      546.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend top_p"
    }
   },
   {
    "box": {
     "id": "obj-34",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      240.0,
      610.0,
      108,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-say"
    }
   },
   {
    "box": {
     "id": "obj-35",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      460.0,
      420.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r designer-low"
    }
   },
   {
    "box": {
     "id": "obj-36",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      460.0,
      452.0,
      87,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-37",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      460.0,
      578.0,
      200,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-low"
    }
   },
   {
    "box": {
     "id": "obj-38",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      460.0,
      486.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "parameter_enable": 1,
     "varname": "antiphon_low",
     "annotation": "lowest pitch the machine plays (not drums)",
     "annotation_name": "Low",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Low",
       "parameter_shortname": "Low",
       "parameter_annotation_name": "Low",
       "parameter_info": "lowest pitch the machine plays (not drums)",
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0.0
       ],
       "parameter_invisible": 0,
       "parameter_type": 1,
       "parameter_mmin": 0,
       "parameter_mmax": 127,
       "parameter_modmode": 4,
       "parameter_unitstyle": 9,
       "parameter_units": "%.0f pitch"
      }
     },
     "presentation": 1,
     "presentation_rect": [
      728.0,
      538.0,
      60.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-39",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      530.0,
      512.0,
      130,
      21.0
     ],
     "text": "0 to 127",
     "presentation": 1,
     "presentation_rect": [
      728.0,
      590.0,
      110,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-40",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      460.0,
      546.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend low"
    }
   },
   {
    "box": {
     "id": "obj-41",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      460.0,
      610.0,
      108,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-say"
    }
   },
   {
    "box": {
     "id": "obj-42",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      680.0,
      420.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r designer-high"
    }
   },
   {
    "box": {
     "id": "obj-43",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      680.0,
      452.0,
      87,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-44",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      680.0,
      578.0,
      200,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-high"
    }
   },
   {
    "box": {
     "id": "obj-45",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      680.0,
      486.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "parameter_enable": 1,
     "varname": "antiphon_high",
     "annotation": "highest pitch the machine plays (not drums)",
     "annotation_name": "High",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "High",
       "parameter_shortname": "High",
       "parameter_annotation_name": "High",
       "parameter_info": "highest pitch the machine plays (not drums)",
       "parameter_initial_enable": 1,
       "parameter_initial": [
        127.0
       ],
       "parameter_invisible": 0,
       "parameter_type": 1,
       "parameter_mmin": 0,
       "parameter_mmax": 127,
       "parameter_modmode": 4,
       "parameter_unitstyle": 9,
       "parameter_units": "%.0f pitch"
      }
     },
     "presentation": 1,
     "presentation_rect": [
      846.0,
      538.0,
      60.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-46",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      750.0,
      512.0,
      130,
      21.0
     ],
     "text": "0 to 127",
     "presentation": 1,
     "presentation_rect": [
      846.0,
      590.0,
      110,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-47",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      680.0,
      546.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend high"
    }
   },
   {
    "box": {
     "id": "obj-48",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      680.0,
      610.0,
      108,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-say"
    }
   },
   {
    "box": {
     "id": "obj-49",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      900.0,
      420.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r designer-density"
    }
   },
   {
    "box": {
     "id": "obj-50",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      900.0,
      452.0,
      87,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-51",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      900.0,
      578.0,
      200,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-density"
    }
   },
   {
    "box": {
     "id": "obj-52",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      900.0,
      486.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "parameter_enable": 1,
     "varname": "antiphon_density",
     "annotation": "notes per beat the machine aims at; 0: as it likes",
     "annotation_name": "Density",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Density",
       "parameter_shortname": "Density",
       "parameter_annotation_name": "Density",
       "parameter_info": "notes per beat the machine aims at; 0: as it likes",
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0.0
       ],
       "parameter_invisible": 0,
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 16.0,
       "parameter_modmode": 2,
       "parameter_unitstyle": 9,
       "parameter_units": "%.2f /beat"
      }
     },
     "presentation": 1,
     "presentation_rect": [
      256.0,
      300.0,
      60.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-53",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      970.0,
      512.0,
      130,
      21.0
     ],
     "text": "0 to 16",
     "presentation": 1,
     "presentation_rect": [
      256.0,
      352.0,
      110,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-54",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      900.0,
      546.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend density"
    }
   },
   {
    "box": {
     "id": "obj-55",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      900.0,
      610.0,
      108,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-say"
    }
   },
   {
    "box": {
     "id": "obj-56",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1120.0,
      420.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r designer-energy"
    }
   },
   {
    "box": {
     "id": "obj-57",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1120.0,
      452.0,
      87,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-58",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1120.0,
      578.0,
      200,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-energy"
    }
   },
   {
    "box": {
     "id": "obj-59",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      1120.0,
      486.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "parameter_enable": 1,
     "varname": "antiphon_energy",
     "annotation": "mean velocity the machine aims at; 0: as it likes",
     "annotation_name": "Energy",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Energy",
       "parameter_shortname": "Energy",
       "parameter_annotation_name": "Energy",
       "parameter_info": "mean velocity the machine aims at; 0: as it likes",
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0.0
       ],
       "parameter_invisible": 0,
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 127.0,
       "parameter_modmode": 2,
       "parameter_unitstyle": 9,
       "parameter_units": "%.2f vel"
      }
     },
     "presentation": 1,
     "presentation_rect": [
      374.0,
      300.0,
      60.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-60",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1190.0,
      512.0,
      130,
      21.0
     ],
     "text": "0 to 127",
     "presentation": 1,
     "presentation_rect": [
      374.0,
      352.0,
      110,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-61",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1120.0,
      546.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend energy"
    }
   },
   {
    "box": {
     "id": "obj-62",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1120.0,
      610.0,
      108,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-say"
    }
   },
   {
    "box": {
     "id": "obj-63",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1340.0,
      420.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r designer-register"
    }
   },
   {
    "box": {
     "id": "obj-64",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1340.0,
      452.0,
      87,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-65",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1340.0,
      578.0,
      200,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-register"
    }
   },
   {
    "box": {
     "id": "obj-66",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      1340.0,
      486.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "parameter_enable": 1,
     "varname": "antiphon_register",
     "annotation": "mean pitch the machine aims at (not drums); 0: as it likes",
     "annotation_name": "Register",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Register",
       "parameter_shortname": "Register",
       "parameter_annotation_name": "Register",
       "parameter_info": "mean pitch the machine aims at (not drums); 0: as it likes",
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0.0
       ],
       "parameter_invisible": 0,
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 127.0,
       "parameter_modmode": 2,
       "parameter_unitstyle": 9,
       "parameter_units": "%.2f pitch"
      }
     },
     "presentation": 1,
     "presentation_rect": [
      492.0,
      300.0,
      60.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-67",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1410.0,
      512.0,
      130,
      21.0
     ],
     "text": "0 to 127",
     "presentation": 1,
     "presentation_rect": [
      492.0,
      352.0,
      110,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-68",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1340.0,
      546.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend register"
    }
   },
   {
    "box": {
     "id": "obj-69",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1340.0,
      610.0,
      108,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-say"
    }
   },
   {
    "box": {
     "id": "obj-70",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1560.0,
      420.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r designer-texture"
    }
   },
   {
    "box": {
     "id": "obj-71",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1560.0,
      452.0,
      87,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-72",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1560.0,
      578.0,
      200,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-texture"
    }
   },
   {
    "box": {
     "id": "obj-73",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      1560.0,
      486.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "parameter_enable": 1,
     "varname": "antiphon_texture",
     "annotation": "notes at once the machine aims at (not drums); 0: as it likes",
     "annotation_name": "Texture",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Texture",
       "parameter_shortname": "Texture",
       "parameter_annotation_name": "Texture",
       "parameter_info": "notes at once the machine aims at (not drums); 0: as it likes",
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0.0
       ],
       "parameter_invisible": 0,
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 8.0,
       "parameter_modmode": 2,
       "parameter_unitstyle": 9,
       "parameter_units": "%.2f notes"
      }
     },
     "presentation": 1,
     "presentation_rect": [
      610.0,
      300.0,
      60.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-74",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1630.0,
      512.0,
      130,
      21.0
     ],
     "text": "0 to 8",
     "presentation": 1,
     "presentation_rect": [
      610.0,
      352.0,
      110,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-75",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1560.0,
      546.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend texture"
    }
   },
   {
    "box": {
     "id": "obj-76",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1560.0,
      610.0,
      108,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-say"
    }
   },
   {
    "box": {
     "id": "obj-77",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      132.0,
      840.0,
      106,
      21.0
     ],
     "text": "Which notes",
     "fontface": 1,
     "presentation": 1,
     "presentation_rect": [
      20,
      512.0,
      240,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-78",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      650.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r designer-scale"
    }
   },
   {
    "box": {
     "id": "obj-79",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      682.0,
      126,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend setsymbol"
    }
   },
   {
    "box": {
     "id": "obj-80",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      808.0,
      200,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-scale"
    }
   },
   {
    "box": {
     "id": "obj-81",
     "maxclass": "live.menu",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      718.0,
      74.0,
      15.0
     ],
     "outlettype": [
      "",
      "",
      ""
     ],
     "parameter_enable": 1,
     "varname": "antiphon_scale",
     "annotation": "the only tones it plays; heard: major or minor as you play",
     "annotation_name": "Scale",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Scale",
       "parameter_shortname": "Scale",
       "parameter_annotation_name": "Scale",
       "parameter_info": "the only tones it plays; heard: major or minor as you play",
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0
       ],
       "parameter_invisible": 0,
       "parameter_type": 2,
       "parameter_enum": [
        "chromatic",
        "major",
        "minor",
        "dorian",
        "phrygian",
        "lydian",
        "mixolydian",
        "locrian",
        "harmonic_minor",
        "melodic_minor",
        "major_pentatonic",
        "minor_pentatonic",
        "blues",
        "whole_tone",
        "diminished",
        "heard"
       ],
       "parameter_mmax": 15,
       "parameter_modmode": 4
      }
     },
     "presentation": 1,
     "presentation_rect": [
      20.0,
      562.0,
      74.0,
      15.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-82",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      110.0,
      718.0,
      120,
      21.0
     ],
     "text": "Scale",
     "presentation": 1,
     "presentation_rect": [
      20.0,
      538.0,
      110,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-83",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      776.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend scale"
    }
   },
   {
    "box": {
     "id": "obj-84",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      840.0,
      108,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-say"
    }
   },
   {
    "box": {
     "id": "obj-85",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      240.0,
      650.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r designer-root"
    }
   },
   {
    "box": {
     "id": "obj-86",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      240.0,
      682.0,
      126,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend setsymbol"
    }
   },
   {
    "box": {
     "id": "obj-87",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      240.0,
      808.0,
      200,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-root"
    }
   },
   {
    "box": {
     "id": "obj-88",
     "maxclass": "live.menu",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      240.0,
      718.0,
      74.0,
      15.0
     ],
     "outlettype": [
      "",
      "",
      ""
     ],
     "parameter_enable": 1,
     "varname": "antiphon_root",
     "annotation": "the scale's first tone; heard: followed from what you play",
     "annotation_name": "Root",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Root",
       "parameter_shortname": "Root",
       "parameter_annotation_name": "Root",
       "parameter_info": "the scale's first tone; heard: followed from what you play",
       "parameter_initial_enable": 1,
       "parameter_initial": [
        12
       ],
       "parameter_invisible": 0,
       "parameter_type": 2,
       "parameter_enum": [
        "C",
        "Db",
        "D",
        "Eb",
        "E",
        "F",
        "F#",
        "G",
        "Ab",
        "A",
        "Bb",
        "B",
        "heard"
       ],
       "parameter_mmax": 12,
       "parameter_modmode": 4
      }
     },
     "presentation": 1,
     "presentation_rect": [
      138.0,
      562.0,
      74.0,
      15.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-89",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      330.0,
      718.0,
      120,
      21.0
     ],
     "text": "Root",
     "presentation": 1,
     "presentation_rect": [
      138.0,
      538.0,
      110,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-90",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      240.0,
      776.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend root"
    }
   },
   {
    "box": {
     "id": "obj-91",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      240.0,
      840.0,
      108,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-say"
    }
   },
   {
    "box": {
     "id": "obj-92",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      460.0,
      650.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r designer-chord"
    }
   },
   {
    "box": {
     "id": "obj-93",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      460.0,
      682.0,
      126,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend setsymbol"
    }
   },
   {
    "box": {
     "id": "obj-94",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      460.0,
      808.0,
      200,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-chord"
    }
   },
   {
    "box": {
     "id": "obj-95",
     "maxclass": "live.menu",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      460.0,
      718.0,
      74.0,
      15.0
     ],
     "outlettype": [
      "",
      "",
      ""
     ],
     "parameter_enable": 1,
     "varname": "antiphon_chord",
     "annotation": "play only tones of the chord that you play; bass: the bass of accompany does, but for steps into a beat",
     "annotation_name": "Chord",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Chord",
       "parameter_shortname": "Chord",
       "parameter_annotation_name": "Chord",
       "parameter_info": "play only tones of the chord that you play; bass: the bass of accompany does, but for steps into a beat",
       "parameter_initial_enable": 1,
       "parameter_initial": [
        1
       ],
       "parameter_invisible": 0,
       "parameter_type": 2,
       "parameter_enum": [
        "off",
        "bass",
        "on"
       ],
       "parameter_mmax": 2,
       "parameter_modmode": 4
      }
     },
     "presentation": 1,
     "presentation_rect": [
      256.0,
      562.0,
      74.0,
      15.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-96",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      550.0,
      718.0,
      120,
      21.0
     ],
     "text": "Chord",
     "presentation": 1,
     "presentation_rect": [
      256.0,
      538.0,
      110,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-97",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      460.0,
      776.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend chord"
    }
   },
   {
    "box": {
     "id": "obj-98",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      460.0,
      840.0,
      108,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-say"
    }
   },
   {
    "box": {
     "id": "obj-99",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      680.0,
      650.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r designer-pull"
    }
   },
   {
    "box": {
     "id": "obj-100",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      680.0,
      682.0,
      87,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-101",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      680.0,
      808.0,
      200,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-pull"
    }
   },
   {
    "box": {
     "id": "obj-102",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      680.0,
      716.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "parameter_enable": 1,
     "varname": "antiphon_pull",
     "annotation": "how strongly it keeps to the key and chord heard, as far as they are sure",
     "annotation_name": "Pull",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Pull",
       "parameter_shortname": "Pull",
       "parameter_annotation_name": "Pull",
       "parameter_info": "how strongly it keeps to the key and chord heard, as far as they are sure",
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0.9
       ],
       "parameter_invisible": 0,
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 1.0,
       "parameter_modmode": 2,
       "parameter_unitstyle": 9,
       "parameter_units": "%.2f"
      }
     },
     "presentation": 1,
     "presentation_rect": [
      374.0,
      538.0,
      60.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-103",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      750.0,
      742.0,
      130,
      21.0
     ],
     "text": "0 to 1",
     "presentation": 1,
     "presentation_rect": [
      374.0,
      590.0,
      110,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-104",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      680.0,
      776.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend pull"
    }
   },
   {
    "box": {
     "id": "obj-105",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      680.0,
      840.0,
      108,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-say"
    }
   },
   {
    "box": {
     "id": "obj-106",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      900.0,
      650.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r designer-split"
    }
   },
   {
    "box": {
     "id": "obj-107",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      900.0,
      682.0,
      87,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-108",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      900.0,
      808.0,
      200,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-split"
    }
   },
   {
    "box": {
     "id": "obj-109",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      900.0,
      716.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "parameter_enable": 1,
     "varname": "antiphon_split",
     "annotation": "key and chord are heard in your notes below this pitch; 0: in all",
     "annotation_name": "Split",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Split",
       "parameter_shortname": "Split",
       "parameter_annotation_name": "Split",
       "parameter_info": "key and chord are heard in your notes below this pitch; 0: in all",
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0.0
       ],
       "parameter_invisible": 0,
       "parameter_type": 1,
       "parameter_mmin": 0,
       "parameter_mmax": 127,
       "parameter_modmode": 4,
       "parameter_unitstyle": 9,
       "parameter_units": "%.0f pitch"
      }
     },
     "presentation": 1,
     "presentation_rect": [
      492.0,
      538.0,
      60.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-110",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      970.0,
      742.0,
      130,
      21.0
     ],
     "text": "0 to 127",
     "presentation": 1,
     "presentation_rect": [
      492.0,
      590.0,
      110,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-111",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      900.0,
      776.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend split"
    }
   },
   {
    "box": {
     "id": "obj-112",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      900.0,
      840.0,
      108,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-say"
    }
   },
   {
    "box": {
     "id": "obj-113",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1120.0,
      650.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r designer-avoid_doubling"
    }
   },
   {
    "box": {
     "id": "obj-114",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1120.0,
      682.0,
      126,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend setsymbol"
    }
   },
   {
    "box": {
     "id": "obj-115",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1120.0,
      808.0,
      200,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-avoid_doubling"
    }
   },
   {
    "box": {
     "id": "obj-116",
     "maxclass": "live.menu",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      1120.0,
      718.0,
      74.0,
      15.0
     ],
     "outlettype": [
      "",
      "",
      ""
     ],
     "parameter_enable": 1,
     "varname": "antiphon_avoid_doubling",
     "annotation": "never play a pitch that you hold; class: in no octave",
     "annotation_name": "Avoid doubling",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Avoid doubling",
       "parameter_shortname": "Avoid doubling",
       "parameter_annotation_name": "Avoid doubling",
       "parameter_info": "never play a pitch that you hold; class: in no octave",
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0
       ],
       "parameter_invisible": 0,
       "parameter_type": 2,
       "parameter_enum": [
        "off",
        "pitch",
        "class"
       ],
       "parameter_mmax": 2,
       "parameter_modmode": 4
      }
     },
     "presentation": 1,
     "presentation_rect": [
      610.0,
      562.0,
      74.0,
      15.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-117",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1210.0,
      718.0,
      120,
      21.0
     ],
     "text": "Avoid doubling",
     "presentation": 1,
     "presentation_rect": [
      610.0,
      538.0,
      110,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-118",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1120.0,
      776.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend avoid_doubling"
    }
   },
   {
    "box": {
     "id": "obj-119",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1120.0,
      840.0,
      108,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-say"
    }
   },
   {
    "box": {
     "id": "obj-120",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1340.0,
      650.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r designer-polyphony"
    }
   },
   {
    "box": {
     "id": "obj-121",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1340.0,
      682.0,
      87,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-122",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1340.0,
      808.0,
      200,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-polyphony"
    }
   },
   {
    "box": {
     "id": "obj-123",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      1340.0,
      716.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "parameter_enable": 1,
     "varname": "antiphon_polyphony",
     "annotation": "most notes of the machine that sound at once",
     "annotation_name": "Polyphony",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Polyphony",
       "parameter_shortname": "Polyphony",
       "parameter_annotation_name": "Polyphony",
       "parameter_info": "most notes of the machine that sound at once",
       "parameter_initial_enable": 1,
       "parameter_initial": [
        8.0
       ],
       "parameter_invisible": 0,
       "parameter_type": 1,
       "parameter_mmin": 1,
       "parameter_mmax": 32,
       "parameter_modmode": 4,
       "parameter_unitstyle": 9,
       "parameter_units": "%.0f notes"
      }
     },
     "presentation": 1,
     "presentation_rect": [
      964.0,
      538.0,
      60.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-124",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1410.0,
      742.0,
      130,
      21.0
     ],
     "text": "1 to 32",
     "presentation": 1,
     "presentation_rect": [
      964.0,
      590.0,
      110,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-125",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1340.0,
      776.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend polyphony"
    }
   },
   {
    "box": {
     "id": "obj-126",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1340.0,
      840.0,
      108,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-say"
    }
   },
   {
    "box": {
     "id": "obj-127",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1560.0,
      650.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r designer-most"
    }
   },
   {
    "box": {
     "id": "obj-128",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1560.0,
      682.0,
      87,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-129",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1560.0,
      808.0,
      200,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-most"
    }
   },
   {
    "box": {
     "id": "obj-130",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      1560.0,
      716.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "parameter_enable": 1,
     "varname": "antiphon_most",
     "annotation": "most notes the machine begins within any beat (in free time: half a second)",
     "annotation_name": "Most",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Most",
       "parameter_shortname": "Most",
       "parameter_annotation_name": "Most",
       "parameter_info": "most notes the machine begins within any beat (in free time: half a second)",
       "parameter_initial_enable": 1,
       "parameter_initial": [
        64.0
       ],
       "parameter_invisible": 0,
       "parameter_type": 1,
       "parameter_mmin": 1,
       "parameter_mmax": 64,
       "parameter_modmode": 4,
       "parameter_unitstyle": 9,
       "parameter_units": "%.0f notes"
      }
     },
     "presentation": 1,
     "presentation_rect": [
      20.0,
      642.0,
      60.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-131",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1630.0,
      742.0,
      130,
      21.0
     ],
     "text": "1 to 64",
     "presentation": 1,
     "presentation_rect": [
      20.0,
      694.0,
      110,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-132",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1560.0,
      776.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend most"
    }
   },
   {
    "box": {
     "id": "obj-133",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1560.0,
      840.0,
      108,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-say"
    }
   },
   {
    "box": {
     "id": "obj-134",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      880.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r designer-repeats"
    }
   },
   {
    "box": {
     "id": "obj-135",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      912.0,
      87,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-136",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      1038.0,
      200,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-repeats"
    }
   },
   {
    "box": {
     "id": "obj-137",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      946.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "parameter_enable": 1,
     "varname": "antiphon_repeats",
     "annotation": "times in a row that a voice may strike one pitch or chord (not drums); 64: any number",
     "annotation_name": "Repeats",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Repeats",
       "parameter_shortname": "Repeats",
       "parameter_annotation_name": "Repeats",
       "parameter_info": "times in a row that a voice may strike one pitch or chord (not drums); 64: any number",
       "parameter_initial_enable": 1,
       "parameter_initial": [
        12.0
       ],
       "parameter_invisible": 0,
       "parameter_type": 1,
       "parameter_mmin": 1,
       "parameter_mmax": 64,
       "parameter_modmode": 4,
       "parameter_unitstyle": 9,
       "parameter_units": "%.0f x"
      }
     },
     "presentation": 1,
     "presentation_rect": [
      138.0,
      642.0,
      60.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-138",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      90.0,
      972.0,
      130,
      21.0
     ],
     "text": "1 to 64",
     "presentation": 1,
     "presentation_rect": [
      138.0,
      694.0,
      110,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-139",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      1006.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend repeats"
    }
   },
   {
    "box": {
     "id": "obj-140",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      1070.0,
      108,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-say"
    }
   },
   {
    "box": {
     "id": "obj-141",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      240.0,
      880.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r designer-harmonies"
    }
   },
   {
    "box": {
     "id": "obj-142",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      240.0,
      912.0,
      87,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-143",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      240.0,
      1038.0,
      200,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-harmonies"
    }
   },
   {
    "box": {
     "id": "obj-144",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      240.0,
      946.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "parameter_enable": 1,
     "varname": "antiphon_harmonies",
     "annotation": "notes added to each of the human's in harmonize",
     "annotation_name": "Harmonies",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Harmonies",
       "parameter_shortname": "Harmonies",
       "parameter_annotation_name": "Harmonies",
       "parameter_info": "notes added to each of the human's in harmonize",
       "parameter_initial_enable": 1,
       "parameter_initial": [
        2.0
       ],
       "parameter_invisible": 0,
       "parameter_type": 1,
       "parameter_mmin": 1,
       "parameter_mmax": 4,
       "parameter_modmode": 4,
       "parameter_unitstyle": 9,
       "parameter_units": "%.0f notes"
      }
     },
     "presentation": 1,
     "presentation_rect": [
      256.0,
      642.0,
      60.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-145",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      310.0,
      972.0,
      130,
      21.0
     ],
     "text": "1 to 4",
     "presentation": 1,
     "presentation_rect": [
      256.0,
      694.0,
      110,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-146",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      240.0,
      1006.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend harmonies"
    }
   },
   {
    "box": {
     "id": "obj-147",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      240.0,
      1070.0,
      108,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-say"
    }
   },
   {
    "box": {
     "id": "obj-148",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      460.0,
      880.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r designer-place"
    }
   },
   {
    "box": {
     "id": "obj-149",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      460.0,
      912.0,
      126,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend setsymbol"
    }
   },
   {
    "box": {
     "id": "obj-150",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      460.0,
      1038.0,
      200,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-place"
    }
   },
   {
    "box": {
     "id": "obj-151",
     "maxclass": "live.menu",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      460.0,
      948.0,
      74.0,
      15.0
     ],
     "outlettype": [
      "",
      "",
      ""
     ],
     "parameter_enable": 1,
     "varname": "antiphon_place",
     "annotation": "where harmonize adds its notes: below yours, above, or on both sides",
     "annotation_name": "Place",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Place",
       "parameter_shortname": "Place",
       "parameter_annotation_name": "Place",
       "parameter_info": "where harmonize adds its notes: below yours, above, or on both sides",
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0
       ],
       "parameter_invisible": 0,
       "parameter_type": 2,
       "parameter_enum": [
        "below",
        "above",
        "around"
       ],
       "parameter_mmax": 2,
       "parameter_modmode": 4
      }
     },
     "presentation": 1,
     "presentation_rect": [
      374.0,
      666.0,
      74.0,
      15.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-152",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      550.0,
      948.0,
      120,
      21.0
     ],
     "text": "Place",
     "presentation": 1,
     "presentation_rect": [
      374.0,
      642.0,
      110,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-153",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      460.0,
      1006.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend place"
    }
   },
   {
    "box": {
     "id": "obj-154",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      460.0,
      1070.0,
      108,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-say"
    }
   },
   {
    "box": {
     "id": "obj-155",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      680.0,
      880.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r designer-share"
    }
   },
   {
    "box": {
     "id": "obj-156",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      680.0,
      912.0,
      87,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-157",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      680.0,
      1038.0,
      200,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-share"
    }
   },
   {
    "box": {
     "id": "obj-158",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      680.0,
      946.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "parameter_enable": 1,
     "varname": "antiphon_share",
     "annotation": "notes of the machine's for each of the human's in duet, at least; 0: as it likes",
     "annotation_name": "Share",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Share",
       "parameter_shortname": "Share",
       "parameter_annotation_name": "Share",
       "parameter_info": "notes of the machine's for each of the human's in duet, at least; 0: as it likes",
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0.5
       ],
       "parameter_invisible": 0,
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 4.0,
       "parameter_modmode": 2,
       "parameter_unitstyle": 9,
       "parameter_units": "%.2f /note"
      }
     },
     "presentation": 1,
     "presentation_rect": [
      846.0,
      300.0,
      60.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-159",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      750.0,
      972.0,
      130,
      21.0
     ],
     "text": "0 to 4",
     "presentation": 1,
     "presentation_rect": [
      846.0,
      352.0,
      110,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-160",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      680.0,
      1006.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend share"
    }
   },
   {
    "box": {
     "id": "obj-161",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      680.0,
      1070.0,
      108,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-say"
    }
   },
   {
    "box": {
     "id": "obj-162",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      900.0,
      880.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r designer-space"
    }
   },
   {
    "box": {
     "id": "obj-163",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      900.0,
      912.0,
      126,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend setsymbol"
    }
   },
   {
    "box": {
     "id": "obj-164",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      900.0,
      1038.0,
      200,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-space"
    }
   },
   {
    "box": {
     "id": "obj-165",
     "maxclass": "live.menu",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      900.0,
      948.0,
      74.0,
      15.0
     ],
     "outlettype": [
      "",
      "",
      ""
     ],
     "parameter_enable": 1,
     "varname": "antiphon_space",
     "annotation": "in duet and accompany: play as busily as the human, or inversely",
     "annotation_name": "Space",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Space",
       "parameter_shortname": "Space",
       "parameter_annotation_name": "Space",
       "parameter_info": "in duet and accompany: play as busily as the human, or inversely",
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0
       ],
       "parameter_invisible": 0,
       "parameter_type": 2,
       "parameter_enum": [
        "off",
        "follow",
        "complement"
       ],
       "parameter_mmax": 2,
       "parameter_modmode": 4
      }
     },
     "presentation": 1,
     "presentation_rect": [
      728.0,
      324.0,
      74.0,
      15.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-166",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      990.0,
      948.0,
      120,
      21.0
     ],
     "text": "Space",
     "presentation": 1,
     "presentation_rect": [
      728.0,
      300.0,
      110,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-167",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      900.0,
      1006.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend space"
    }
   },
   {
    "box": {
     "id": "obj-168",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      900.0,
      1070.0,
      108,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-say"
    }
   },
   {
    "box": {
     "id": "obj-169",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1120.0,
      880.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r designer-alone"
    }
   },
   {
    "box": {
     "id": "obj-170",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1120.0,
      912.0,
      126,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend setsymbol"
    }
   },
   {
    "box": {
     "id": "obj-171",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1120.0,
      1038.0,
      200,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-alone"
    }
   },
   {
    "box": {
     "id": "obj-172",
     "maxclass": "live.menu",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      1120.0,
      948.0,
      74.0,
      15.0
     ],
     "outlettype": [
      "",
      "",
      ""
     ],
     "parameter_enable": 1,
     "varname": "antiphon_alone",
     "annotation": "when the human has stopped: go on, thin out, stop; end: a duet ends its phrase and waits, a band goes on",
     "annotation_name": "Alone",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Alone",
       "parameter_shortname": "Alone",
       "parameter_annotation_name": "Alone",
       "parameter_info": "when the human has stopped: go on, thin out, stop; end: a duet ends its phrase and waits, a band goes on",
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0
       ],
       "parameter_invisible": 0,
       "parameter_type": 2,
       "parameter_enum": [
        "end",
        "keep",
        "thin",
        "stop"
       ],
       "parameter_mmax": 3,
       "parameter_modmode": 4
      }
     },
     "presentation": 1,
     "presentation_rect": [
      728.0,
      190.0,
      74.0,
      15.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-173",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1210.0,
      948.0,
      120,
      21.0
     ],
     "text": "Alone",
     "presentation": 1,
     "presentation_rect": [
      728.0,
      166.0,
      110,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-174",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1120.0,
      1006.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend alone"
    }
   },
   {
    "box": {
     "id": "obj-175",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1120.0,
      1070.0,
      108,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-say"
    }
   },
   {
    "box": {
     "id": "obj-176",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1340.0,
      880.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r designer-alone_beats"
    }
   },
   {
    "box": {
     "id": "obj-177",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1340.0,
      912.0,
      87,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-178",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1340.0,
      1038.0,
      200,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-alone_beats"
    }
   },
   {
    "box": {
     "id": "obj-179",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      1340.0,
      946.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "parameter_enable": 1,
     "varname": "antiphon_alone_beats",
     "annotation": "beats without the human after which it is alone",
     "annotation_name": "Alone beats",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Alone beats",
       "parameter_shortname": "Alone beats",
       "parameter_annotation_name": "Alone beats",
       "parameter_info": "beats without the human after which it is alone",
       "parameter_initial_enable": 1,
       "parameter_initial": [
        8.0
       ],
       "parameter_invisible": 0,
       "parameter_type": 1,
       "parameter_mmin": 1,
       "parameter_mmax": 128,
       "parameter_modmode": 4,
       "parameter_unitstyle": 9,
       "parameter_units": "%.0f beats"
      }
     },
     "presentation": 1,
     "presentation_rect": [
      846.0,
      166.0,
      60.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-180",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1410.0,
      972.0,
      130,
      21.0
     ],
     "text": "1 to 128",
     "presentation": 1,
     "presentation_rect": [
      846.0,
      218.0,
      110,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-181",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1340.0,
      1006.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend alone_beats"
    }
   },
   {
    "box": {
     "id": "obj-182",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1340.0,
      1070.0,
      108,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-say"
    }
   },
   {
    "box": {
     "id": "obj-183",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1560.0,
      880.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r designer-count_in"
    }
   },
   {
    "box": {
     "id": "obj-184",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1560.0,
      912.0,
      87,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-185",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1560.0,
      1038.0,
      200,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-count_in"
    }
   },
   {
    "box": {
     "id": "obj-186",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      1560.0,
      946.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "parameter_enable": 1,
     "varname": "antiphon_count_in",
     "annotation": "bars of clicks (side stick) before accompany comes in",
     "annotation_name": "Count in",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Count in",
       "parameter_shortname": "Count in",
       "parameter_annotation_name": "Count in",
       "parameter_info": "bars of clicks (side stick) before accompany comes in",
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0.0
       ],
       "parameter_invisible": 0,
       "parameter_type": 1,
       "parameter_mmin": 0,
       "parameter_mmax": 8,
       "parameter_modmode": 4,
       "parameter_unitstyle": 9,
       "parameter_units": "%.0f bars"
      }
     },
     "presentation": 1,
     "presentation_rect": [
      964.0,
      166.0,
      60.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-187",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1630.0,
      972.0,
      130,
      21.0
     ],
     "text": "0 to 8",
     "presentation": 1,
     "presentation_rect": [
      964.0,
      218.0,
      110,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-188",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1560.0,
      1006.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend count_in"
    }
   },
   {
    "box": {
     "id": "obj-189",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1560.0,
      1070.0,
      108,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-say"
    }
   },
   {
    "box": {
     "id": "obj-190",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      132.0,
      1300.0,
      106,
      21.0
     ],
     "text": "How it answers",
     "fontface": 1,
     "presentation": 1,
     "presentation_rect": [
      20,
      140.0,
      240,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-191",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      1110.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r designer-silence"
    }
   },
   {
    "box": {
     "id": "obj-192",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      1142.0,
      87,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-193",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      1268.0,
      200,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-silence"
    }
   },
   {
    "box": {
     "id": "obj-194",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      1176.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "parameter_enable": 1,
     "varname": "antiphon_silence",
     "annotation": "seconds of silence that end a phrase in respond, longer for a slow player",
     "annotation_name": "Silence",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Silence",
       "parameter_shortname": "Silence",
       "parameter_annotation_name": "Silence",
       "parameter_info": "seconds of silence that end a phrase in respond, longer for a slow player",
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0.6
       ],
       "parameter_invisible": 0,
       "parameter_type": 0,
       "parameter_mmin": 0.1,
       "parameter_mmax": 10.0,
       "parameter_modmode": 2,
       "parameter_unitstyle": 9,
       "parameter_units": "%.2f s"
      }
     },
     "presentation": 1,
     "presentation_rect": [
      20.0,
      166.0,
      60.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-195",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      90.0,
      1202.0,
      130,
      21.0
     ],
     "text": "0.1 to 10",
     "presentation": 1,
     "presentation_rect": [
      20.0,
      218.0,
      110,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-196",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      1236.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend silence"
    }
   },
   {
    "box": {
     "id": "obj-197",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      1300.0,
      108,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-say"
    }
   },
   {
    "box": {
     "id": "obj-198",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      240.0,
      1110.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r designer-length"
    }
   },
   {
    "box": {
     "id": "obj-199",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      240.0,
      1142.0,
      87,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-200",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      240.0,
      1268.0,
      200,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-length"
    }
   },
   {
    "box": {
     "id": "obj-201",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      240.0,
      1176.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "parameter_enable": 1,
     "varname": "antiphon_length",
     "annotation": "length of an answer as a multiple of the phrase",
     "annotation_name": "Length",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Length",
       "parameter_shortname": "Length",
       "parameter_annotation_name": "Length",
       "parameter_info": "length of an answer as a multiple of the phrase",
       "parameter_initial_enable": 1,
       "parameter_initial": [
        1.0
       ],
       "parameter_invisible": 0,
       "parameter_type": 0,
       "parameter_mmin": 0.1,
       "parameter_mmax": 8.0,
       "parameter_modmode": 2,
       "parameter_unitstyle": 9,
       "parameter_units": "%.2f x"
      }
     },
     "presentation": 1,
     "presentation_rect": [
      138.0,
      166.0,
      60.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-202",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      310.0,
      1202.0,
      130,
      21.0
     ],
     "text": "0.1 to 8",
     "presentation": 1,
     "presentation_rect": [
      138.0,
      218.0,
      110,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-203",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      240.0,
      1236.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend length"
    }
   },
   {
    "box": {
     "id": "obj-204",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      240.0,
      1300.0,
      108,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-say"
    }
   },
   {
    "box": {
     "id": "obj-205",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      460.0,
      1110.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r designer-bars"
    }
   },
   {
    "box": {
     "id": "obj-206",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      460.0,
      1142.0,
      87,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-207",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      460.0,
      1268.0,
      200,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-bars"
    }
   },
   {
    "box": {
     "id": "obj-208",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      460.0,
      1176.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "parameter_enable": 1,
     "varname": "antiphon_bars",
     "annotation": "length of an answer in bars; 0: as the phrase",
     "annotation_name": "Bars",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Bars",
       "parameter_shortname": "Bars",
       "parameter_annotation_name": "Bars",
       "parameter_info": "length of an answer in bars; 0: as the phrase",
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0.0
       ],
       "parameter_invisible": 0,
       "parameter_type": 1,
       "parameter_mmin": 0,
       "parameter_mmax": 64,
       "parameter_modmode": 4,
       "parameter_unitstyle": 9,
       "parameter_units": "%.0f bars"
      }
     },
     "presentation": 1,
     "presentation_rect": [
      256.0,
      166.0,
      60.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-209",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      530.0,
      1202.0,
      130,
      21.0
     ],
     "text": "0 to 64",
     "presentation": 1,
     "presentation_rect": [
      256.0,
      218.0,
      110,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-210",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      460.0,
      1236.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend bars"
    }
   },
   {
    "box": {
     "id": "obj-211",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      460.0,
      1300.0,
      108,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-say"
    }
   },
   {
    "box": {
     "id": "obj-212",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      680.0,
      1110.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r designer-choose"
    }
   },
   {
    "box": {
     "id": "obj-213",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      680.0,
      1142.0,
      87,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-214",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      680.0,
      1268.0,
      200,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-choose"
    }
   },
   {
    "box": {
     "id": "obj-215",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      680.0,
      1176.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "parameter_enable": 1,
     "varname": "antiphon_choose",
     "annotation": "answers drawn before it is time; one of the best is played",
     "annotation_name": "Choose",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Choose",
       "parameter_shortname": "Choose",
       "parameter_annotation_name": "Choose",
       "parameter_info": "answers drawn before it is time; one of the best is played",
       "parameter_initial_enable": 1,
       "parameter_initial": [
        16.0
       ],
       "parameter_invisible": 0,
       "parameter_type": 1,
       "parameter_mmin": 1,
       "parameter_mmax": 32,
       "parameter_modmode": 4,
       "parameter_unitstyle": 9,
       "parameter_units": "%.0f answers"
      }
     },
     "presentation": 1,
     "presentation_rect": [
      374.0,
      166.0,
      60.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-216",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      750.0,
      1202.0,
      130,
      21.0
     ],
     "text": "1 to 32",
     "presentation": 1,
     "presentation_rect": [
      374.0,
      218.0,
      110,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-217",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      680.0,
      1236.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend choose"
    }
   },
   {
    "box": {
     "id": "obj-218",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      680.0,
      1300.0,
      108,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-say"
    }
   },
   {
    "box": {
     "id": "obj-219",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      900.0,
      1110.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r designer-trade"
    }
   },
   {
    "box": {
     "id": "obj-220",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      900.0,
      1142.0,
      87,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-221",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      900.0,
      1268.0,
      200,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-trade"
    }
   },
   {
    "box": {
     "id": "obj-222",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      900.0,
      1176.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "parameter_enable": 1,
     "varname": "antiphon_trade",
     "annotation": "bars each in turn in respond, on the clock; 0: by phrases",
     "annotation_name": "Trade",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Trade",
       "parameter_shortname": "Trade",
       "parameter_annotation_name": "Trade",
       "parameter_info": "bars each in turn in respond, on the clock; 0: by phrases",
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0.0
       ],
       "parameter_invisible": 0,
       "parameter_type": 1,
       "parameter_mmin": 0,
       "parameter_mmax": 32,
       "parameter_modmode": 4,
       "parameter_unitstyle": 9,
       "parameter_units": "%.0f bars"
      }
     },
     "presentation": 1,
     "presentation_rect": [
      492.0,
      166.0,
      60.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-223",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      970.0,
      1202.0,
      130,
      21.0
     ],
     "text": "0 to 32",
     "presentation": 1,
     "presentation_rect": [
      492.0,
      218.0,
      110,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-224",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      900.0,
      1236.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend trade"
    }
   },
   {
    "box": {
     "id": "obj-225",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      900.0,
      1300.0,
      108,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-say"
    }
   },
   {
    "box": {
     "id": "obj-226",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1120.0,
      1110.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r designer-barge_in"
    }
   },
   {
    "box": {
     "id": "obj-227",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1120.0,
      1142.0,
      126,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend setsymbol"
    }
   },
   {
    "box": {
     "id": "obj-228",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1120.0,
      1268.0,
      200,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-barge_in"
    }
   },
   {
    "box": {
     "id": "obj-229",
     "maxclass": "live.menu",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      1120.0,
      1178.0,
      74.0,
      15.0
     ],
     "outlettype": [
      "",
      "",
      ""
     ],
     "parameter_enable": 1,
     "varname": "antiphon_barge_in",
     "annotation": "whether playing into an answer ends it",
     "annotation_name": "Barge in",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Barge in",
       "parameter_shortname": "Barge in",
       "parameter_annotation_name": "Barge in",
       "parameter_info": "whether playing into an answer ends it",
       "parameter_initial_enable": 1,
       "parameter_initial": [
        1
       ],
       "parameter_invisible": 0,
       "parameter_type": 2,
       "parameter_enum": [
        "off",
        "on"
       ],
       "parameter_mmax": 1,
       "parameter_modmode": 4
      }
     },
     "presentation": 1,
     "presentation_rect": [
      610.0,
      190.0,
      74.0,
      15.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-230",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1210.0,
      1178.0,
      120,
      21.0
     ],
     "text": "Barge in",
     "presentation": 1,
     "presentation_rect": [
      610.0,
      166.0,
      110,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-231",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1120.0,
      1236.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend barge_in"
    }
   },
   {
    "box": {
     "id": "obj-232",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1120.0,
      1300.0,
      108,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-say"
    }
   },
   {
    "box": {
     "id": "obj-233",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1340.0,
      1110.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r designer-lookahead"
    }
   },
   {
    "box": {
     "id": "obj-234",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1340.0,
      1142.0,
      87,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-235",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1340.0,
      1268.0,
      200,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-lookahead"
    }
   },
   {
    "box": {
     "id": "obj-236",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      1340.0,
      1176.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "parameter_enable": 1,
     "varname": "antiphon_lookahead",
     "annotation": "seconds the machine plans ahead; 0: as far as its own measured speed needs",
     "annotation_name": "Lookahead",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Lookahead",
       "parameter_shortname": "Lookahead",
       "parameter_annotation_name": "Lookahead",
       "parameter_info": "seconds the machine plans ahead; 0: as far as its own measured speed needs",
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0.0
       ],
       "parameter_invisible": 0,
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 2.0,
       "parameter_modmode": 2,
       "parameter_unitstyle": 9,
       "parameter_units": "%.2f s"
      }
     },
     "presentation": 1,
     "presentation_rect": [
      20.0,
      404.0,
      60.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-237",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1410.0,
      1202.0,
      130,
      21.0
     ],
     "text": "0 to 2",
     "presentation": 1,
     "presentation_rect": [
      20.0,
      456.0,
      110,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-238",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1340.0,
      1236.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend lookahead"
    }
   },
   {
    "box": {
     "id": "obj-239",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1340.0,
      1300.0,
      108,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-say"
    }
   },
   {
    "box": {
     "id": "obj-240",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1672.0,
      1300.0,
      106,
      21.0
     ],
     "text": "Time",
     "fontface": 1,
     "presentation": 1,
     "presentation_rect": [
      20,
      750.0,
      240,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-241",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1560.0,
      1110.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r designer-signature"
    }
   },
   {
    "box": {
     "id": "obj-242",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1560.0,
      1142.0,
      126,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend setsymbol"
    }
   },
   {
    "box": {
     "id": "obj-243",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1560.0,
      1268.0,
      200,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-signature"
    }
   },
   {
    "box": {
     "id": "obj-244",
     "maxclass": "live.menu",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      1560.0,
      1178.0,
      74.0,
      15.0
     ],
     "outlettype": [
      "",
      "",
      ""
     ],
     "parameter_enable": 1,
     "varname": "antiphon_signature",
     "annotation": "the time signature",
     "annotation_name": "Signature",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Signature",
       "parameter_shortname": "Signature",
       "parameter_annotation_name": "Signature",
       "parameter_info": "the time signature",
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0
       ],
       "parameter_invisible": 0,
       "parameter_type": 2,
       "parameter_enum": [
        "4/4",
        "3/4",
        "2/4",
        "5/4",
        "6/4",
        "7/4",
        "2/2",
        "3/2",
        "3/8",
        "5/8",
        "6/8",
        "7/8",
        "9/8",
        "12/8"
       ],
       "parameter_mmax": 13,
       "parameter_modmode": 4
      }
     },
     "presentation": 1,
     "presentation_rect": [
      20.0,
      800.0,
      74.0,
      15.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-245",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1650.0,
      1178.0,
      120,
      21.0
     ],
     "text": "Signature",
     "presentation": 1,
     "presentation_rect": [
      20.0,
      776.0,
      110,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-246",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1560.0,
      1236.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend signature"
    }
   },
   {
    "box": {
     "id": "obj-247",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1560.0,
      1300.0,
      108,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-say"
    }
   },
   {
    "box": {
     "id": "obj-248",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      1340.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r designer-quantize"
    }
   },
   {
    "box": {
     "id": "obj-249",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      1372.0,
      87,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-250",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      1498.0,
      200,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-quantize"
    }
   },
   {
    "box": {
     "id": "obj-251",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      1406.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "parameter_enable": 1,
     "varname": "antiphon_quantize",
     "annotation": "grid of the machine's notes, as notes to a whole one (16: sixteenths); 0: none",
     "annotation_name": "Quantize",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Quantize",
       "parameter_shortname": "Quantize",
       "parameter_annotation_name": "Quantize",
       "parameter_info": "grid of the machine's notes, as notes to a whole one (16: sixteenths); 0: none",
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0.0
       ],
       "parameter_invisible": 0,
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 64.0,
       "parameter_modmode": 2,
       "parameter_unitstyle": 9,
       "parameter_units": "%.2f th"
      }
     },
     "presentation": 1,
     "presentation_rect": [
      138.0,
      776.0,
      60.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-252",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      90.0,
      1432.0,
      130,
      21.0
     ],
     "text": "0 to 64",
     "presentation": 1,
     "presentation_rect": [
      138.0,
      828.0,
      110,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-253",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      1466.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend quantize"
    }
   },
   {
    "box": {
     "id": "obj-254",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      1530.0,
      108,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-say"
    }
   },
   {
    "box": {
     "id": "obj-255",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      240.0,
      1340.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r designer-strength"
    }
   },
   {
    "box": {
     "id": "obj-256",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      240.0,
      1372.0,
      87,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-257",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      240.0,
      1498.0,
      200,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-strength"
    }
   },
   {
    "box": {
     "id": "obj-258",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      240.0,
      1406.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "parameter_enable": 1,
     "varname": "antiphon_strength",
     "annotation": "how far to the grid its notes are moved",
     "annotation_name": "Strength",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Strength",
       "parameter_shortname": "Strength",
       "parameter_annotation_name": "Strength",
       "parameter_info": "how far to the grid its notes are moved",
       "parameter_initial_enable": 1,
       "parameter_initial": [
        1.0
       ],
       "parameter_invisible": 0,
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 1.0,
       "parameter_modmode": 2,
       "parameter_unitstyle": 9,
       "parameter_units": "%.2f"
      }
     },
     "presentation": 1,
     "presentation_rect": [
      256.0,
      776.0,
      60.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-259",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      310.0,
      1432.0,
      130,
      21.0
     ],
     "text": "0 to 1",
     "presentation": 1,
     "presentation_rect": [
      256.0,
      828.0,
      110,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-260",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      240.0,
      1466.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend strength"
    }
   },
   {
    "box": {
     "id": "obj-261",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      240.0,
      1530.0,
      108,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-say"
    }
   },
   {
    "box": {
     "id": "obj-262",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      460.0,
      1340.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r designer-swing"
    }
   },
   {
    "box": {
     "id": "obj-263",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      460.0,
      1372.0,
      87,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-264",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      460.0,
      1498.0,
      200,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-swing"
    }
   },
   {
    "box": {
     "id": "obj-265",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      460.0,
      1406.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "parameter_enable": 1,
     "varname": "antiphon_swing",
     "annotation": "the first eighth's part of a pair (0.67: triplets); sixteenths at quantize 16",
     "annotation_name": "Swing",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Swing",
       "parameter_shortname": "Swing",
       "parameter_annotation_name": "Swing",
       "parameter_info": "the first eighth's part of a pair (0.67: triplets); sixteenths at quantize 16",
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0.5
       ],
       "parameter_invisible": 0,
       "parameter_type": 0,
       "parameter_mmin": 0.5,
       "parameter_mmax": 0.75,
       "parameter_modmode": 2,
       "parameter_unitstyle": 9,
       "parameter_units": "%.2f"
      }
     },
     "presentation": 1,
     "presentation_rect": [
      374.0,
      776.0,
      60.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-266",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      530.0,
      1432.0,
      130,
      21.0
     ],
     "text": "0.5 to 0.75",
     "presentation": 1,
     "presentation_rect": [
      374.0,
      828.0,
      110,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-267",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      460.0,
      1466.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend swing"
    }
   },
   {
    "box": {
     "id": "obj-268",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      460.0,
      1530.0,
      108,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-say"
    }
   },
   {
    "box": {
     "id": "obj-269",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      680.0,
      1340.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r designer-humanize"
    }
   },
   {
    "box": {
     "id": "obj-270",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      680.0,
      1372.0,
      87,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-271",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      680.0,
      1498.0,
      200,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-humanize"
    }
   },
   {
    "box": {
     "id": "obj-272",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      680.0,
      1406.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "parameter_enable": 1,
     "varname": "antiphon_humanize",
     "annotation": "milliseconds its notes stray from their places, at random",
     "annotation_name": "Humanize",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Humanize",
       "parameter_shortname": "Humanize",
       "parameter_annotation_name": "Humanize",
       "parameter_info": "milliseconds its notes stray from their places, at random",
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0.0
       ],
       "parameter_invisible": 0,
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 50.0,
       "parameter_modmode": 2,
       "parameter_unitstyle": 9,
       "parameter_units": "%.2f ms"
      }
     },
     "presentation": 1,
     "presentation_rect": [
      492.0,
      776.0,
      60.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-273",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      750.0,
      1432.0,
      130,
      21.0
     ],
     "text": "0 to 50",
     "presentation": 1,
     "presentation_rect": [
      492.0,
      828.0,
      110,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-274",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      680.0,
      1466.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend humanize"
    }
   },
   {
    "box": {
     "id": "obj-275",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      680.0,
      1530.0,
      108,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-say"
    }
   },
   {
    "box": {
     "id": "obj-276",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      900.0,
      1340.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r designer-offset"
    }
   },
   {
    "box": {
     "id": "obj-277",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      900.0,
      1372.0,
      87,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-278",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      900.0,
      1498.0,
      200,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-offset"
    }
   },
   {
    "box": {
     "id": "obj-279",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      900.0,
      1406.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "parameter_enable": 1,
     "varname": "antiphon_offset",
     "annotation": "milliseconds its notes leave later; below 0 earlier, for a slow synth",
     "annotation_name": "Offset",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Offset",
       "parameter_shortname": "Offset",
       "parameter_annotation_name": "Offset",
       "parameter_info": "milliseconds its notes leave later; below 0 earlier, for a slow synth",
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0.0
       ],
       "parameter_invisible": 0,
       "parameter_type": 0,
       "parameter_mmin": -200.0,
       "parameter_mmax": 200.0,
       "parameter_modmode": 2,
       "parameter_unitstyle": 9,
       "parameter_units": "%.2f ms"
      }
     },
     "presentation": 1,
     "presentation_rect": [
      610.0,
      776.0,
      60.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-280",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      970.0,
      1432.0,
      130,
      21.0
     ],
     "text": "-200 to 200",
     "presentation": 1,
     "presentation_rect": [
      610.0,
      828.0,
      110,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-281",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      900.0,
      1466.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend offset"
    }
   },
   {
    "box": {
     "id": "obj-282",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      900.0,
      1530.0,
      108,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-say"
    }
   },
   {
    "box": {
     "id": "obj-283",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1120.0,
      1340.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r designer-late"
    }
   },
   {
    "box": {
     "id": "obj-284",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1120.0,
      1372.0,
      87,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-285",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1120.0,
      1498.0,
      200,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-late"
    }
   },
   {
    "box": {
     "id": "obj-286",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      1120.0,
      1406.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "parameter_enable": 1,
     "varname": "antiphon_late",
     "annotation": "seconds after which a note-on that could not leave is dropped",
     "annotation_name": "Late",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Late",
       "parameter_shortname": "Late",
       "parameter_annotation_name": "Late",
       "parameter_info": "seconds after which a note-on that could not leave is dropped",
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0.05
       ],
       "parameter_invisible": 0,
       "parameter_type": 0,
       "parameter_mmin": 0.005,
       "parameter_mmax": 1.0,
       "parameter_modmode": 2,
       "parameter_unitstyle": 9,
       "parameter_units": "%.2f s"
      }
     },
     "presentation": 1,
     "presentation_rect": [
      728.0,
      776.0,
      60.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-287",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1190.0,
      1432.0,
      130,
      21.0
     ],
     "text": "0.005 to 1",
     "presentation": 1,
     "presentation_rect": [
      728.0,
      828.0,
      110,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-288",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1120.0,
      1466.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend late"
    }
   },
   {
    "box": {
     "id": "obj-289",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1120.0,
      1530.0,
      108,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-say"
    }
   },
   {
    "box": {
     "id": "obj-290",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1340.0,
      1340.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r designer-velocity"
    }
   },
   {
    "box": {
     "id": "obj-291",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1340.0,
      1372.0,
      87,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-292",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1340.0,
      1498.0,
      200,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-velocity"
    }
   },
   {
    "box": {
     "id": "obj-293",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      1340.0,
      1406.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "parameter_enable": 1,
     "varname": "antiphon_velocity",
     "annotation": "the machine's loudness as a multiple of what the model drew",
     "annotation_name": "Velocity",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Velocity",
       "parameter_shortname": "Velocity",
       "parameter_annotation_name": "Velocity",
       "parameter_info": "the machine's loudness as a multiple of what the model drew",
       "parameter_initial_enable": 1,
       "parameter_initial": [
        1.0
       ],
       "parameter_invisible": 0,
       "parameter_type": 0,
       "parameter_mmin": 0.1,
       "parameter_mmax": 2.0,
       "parameter_modmode": 2,
       "parameter_unitstyle": 9,
       "parameter_units": "%.2f x"
      }
     },
     "presentation": 1,
     "presentation_rect": [
      964.0,
      300.0,
      60.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-294",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1410.0,
      1432.0,
      130,
      21.0
     ],
     "text": "0.1 to 2",
     "presentation": 1,
     "presentation_rect": [
      964.0,
      352.0,
      110,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-295",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1340.0,
      1466.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend velocity"
    }
   },
   {
    "box": {
     "id": "obj-296",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1340.0,
      1530.0,
      108,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-say"
    }
   },
   {
    "box": {
     "id": "obj-297",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1672.0,
      1530.0,
      106,
      21.0
     ],
     "text": "Through",
     "fontface": 1,
     "presentation": 1,
     "presentation_rect": [
      20,
      884.0,
      240,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-298",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1560.0,
      1340.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r designer-programs"
    }
   },
   {
    "box": {
     "id": "obj-299",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1560.0,
      1372.0,
      126,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend setsymbol"
    }
   },
   {
    "box": {
     "id": "obj-300",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1560.0,
      1498.0,
      200,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-programs"
    }
   },
   {
    "box": {
     "id": "obj-301",
     "maxclass": "live.menu",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      1560.0,
      1408.0,
      74.0,
      15.0
     ],
     "outlettype": [
      "",
      "",
      ""
     ],
     "parameter_enable": 1,
     "varname": "antiphon_programs",
     "annotation": "whether a voice sends a General MIDI program of its family (bank 0) as it begins to be used on a channel",
     "annotation_name": "Programs",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Programs",
       "parameter_shortname": "Programs",
       "parameter_annotation_name": "Programs",
       "parameter_info": "whether a voice sends a General MIDI program of its family (bank 0) as it begins to be used on a channel",
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0
       ],
       "parameter_invisible": 0,
       "parameter_type": 2,
       "parameter_enum": [
        "off",
        "on"
       ],
       "parameter_mmax": 1,
       "parameter_modmode": 4
      }
     },
     "presentation": 1,
     "presentation_rect": [
      20.0,
      934.0,
      74.0,
      15.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-302",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1650.0,
      1408.0,
      120,
      21.0
     ],
     "text": "Programs",
     "presentation": 1,
     "presentation_rect": [
      20.0,
      910.0,
      110,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-303",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1560.0,
      1466.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend programs"
    }
   },
   {
    "box": {
     "id": "obj-304",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1560.0,
      1530.0,
      108,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-say"
    }
   },
   {
    "box": {
     "id": "obj-305",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      1570.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r designer-thru"
    }
   },
   {
    "box": {
     "id": "obj-306",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      1602.0,
      126,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend setsymbol"
    }
   },
   {
    "box": {
     "id": "obj-307",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      1728.0,
      200,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-thru"
    }
   },
   {
    "box": {
     "id": "obj-308",
     "maxclass": "live.menu",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      1638.0,
      74.0,
      15.0
     ],
     "outlettype": [
      "",
      "",
      ""
     ],
     "parameter_enable": 1,
     "varname": "antiphon_thru",
     "annotation": "what you play is passed on to the output; on: controllers, programs, bends and pressure; notes: those too",
     "annotation_name": "Thru",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Thru",
       "parameter_shortname": "Thru",
       "parameter_annotation_name": "Thru",
       "parameter_info": "what you play is passed on to the output; on: controllers, programs, bends and pressure; notes: those too",
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0
       ],
       "parameter_invisible": 0,
       "parameter_type": 2,
       "parameter_enum": [
        "off",
        "on",
        "notes"
       ],
       "parameter_mmax": 2,
       "parameter_modmode": 4
      }
     },
     "presentation": 1,
     "presentation_rect": [
      138.0,
      934.0,
      74.0,
      15.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-309",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      110.0,
      1638.0,
      120,
      21.0
     ],
     "text": "Thru",
     "presentation": 1,
     "presentation_rect": [
      138.0,
      910.0,
      110,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-310",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      1696.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend thru"
    }
   },
   {
    "box": {
     "id": "obj-311",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      1760.0,
      108,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-say"
    }
   },
   {
    "box": {
     "id": "obj-312",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      240.0,
      1570.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r designer-thru_channel"
    }
   },
   {
    "box": {
     "id": "obj-313",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      240.0,
      1602.0,
      87,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-314",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      240.0,
      1728.0,
      200,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-thru_channel"
    }
   },
   {
    "box": {
     "id": "obj-315",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      240.0,
      1636.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "parameter_enable": 1,
     "varname": "antiphon_thru_channel",
     "annotation": "MIDI channel on which that leaves; 0: the one on which it came",
     "annotation_name": "Thru channel",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Thru channel",
       "parameter_shortname": "Thru channel",
       "parameter_annotation_name": "Thru channel",
       "parameter_info": "MIDI channel on which that leaves; 0: the one on which it came",
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0.0
       ],
       "parameter_invisible": 0,
       "parameter_type": 1,
       "parameter_mmin": 0,
       "parameter_mmax": 16,
       "parameter_modmode": 4,
       "parameter_unitstyle": 9,
       "parameter_units": "%.0f channel"
      }
     },
     "presentation": 1,
     "presentation_rect": [
      256.0,
      910.0,
      60.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-316",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      310.0,
      1662.0,
      130,
      21.0
     ],
     "text": "0 to 16",
     "presentation": 1,
     "presentation_rect": [
      256.0,
      962.0,
      110,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-317",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      240.0,
      1696.0,
      200,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend thru_channel"
    }
   },
   {
    "box": {
     "id": "obj-318",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      240.0,
      1760.0,
      108,
      22.0
     ],
     "outlettype": [],
     "text": "s designer-say"
    }
   }
  ],
  "lines": [
   {
    "patchline": {
     "source": [
      "obj-4",
      0
     ],
     "destination": [
      "obj-3",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-5",
      0
     ],
     "destination": [
      "obj-6",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-5",
      1
     ],
     "destination": [
      "obj-6",
      1
     ],
     "order": 1
    }
   },
   {
    "patchline": {
     "source": [
      "obj-5",
      2
     ],
     "destination": [
      "obj-6",
      2
     ],
     "order": 2
    }
   },
   {
    "patchline": {
     "source": [
      "obj-6",
      0
     ],
     "destination": [
      "obj-3",
      1
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-3",
      0
     ],
     "destination": [
      "obj-8",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-8",
      0
     ],
     "destination": [
      "obj-9",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-8",
      1
     ],
     "destination": [
      "obj-9",
      1
     ],
     "order": 1
    }
   },
   {
    "patchline": {
     "source": [
      "obj-8",
      2
     ],
     "destination": [
      "obj-9",
      2
     ],
     "order": 2
    }
   },
   {
    "patchline": {
     "source": [
      "obj-3",
      3
     ],
     "destination": [
      "obj-10",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-10",
      0
     ],
     "destination": [
      "obj-11",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-3",
      2
     ],
     "destination": [
      "obj-12",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-13",
      0
     ],
     "destination": [
      "obj-14",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-12",
      0
     ],
     "destination": [
      "obj-13",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-14",
      0
     ],
     "destination": [
      "obj-15",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-15",
      0
     ],
     "destination": [
      "obj-16",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-12",
      1
     ],
     "destination": [
      "obj-17",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-18",
      0
     ],
     "destination": [
      "obj-19",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      0
     ],
     "destination": [
      "obj-23",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-21",
      0
     ],
     "destination": [
      "obj-22",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-22",
      0
     ],
     "destination": [
      "obj-24",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-24",
      0
     ],
     "destination": [
      "obj-26",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-26",
      0
     ],
     "destination": [
      "obj-27",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      1
     ],
     "destination": [
      "obj-30",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-28",
      0
     ],
     "destination": [
      "obj-29",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-29",
      0
     ],
     "destination": [
      "obj-31",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-31",
      0
     ],
     "destination": [
      "obj-33",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-33",
      0
     ],
     "destination": [
      "obj-34",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      2
     ],
     "destination": [
      "obj-37",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-35",
      0
     ],
     "destination": [
      "obj-36",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-36",
      0
     ],
     "destination": [
      "obj-38",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-38",
      0
     ],
     "destination": [
      "obj-40",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-40",
      0
     ],
     "destination": [
      "obj-41",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      3
     ],
     "destination": [
      "obj-44",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-42",
      0
     ],
     "destination": [
      "obj-43",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-43",
      0
     ],
     "destination": [
      "obj-45",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-45",
      0
     ],
     "destination": [
      "obj-47",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-47",
      0
     ],
     "destination": [
      "obj-48",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      4
     ],
     "destination": [
      "obj-51",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-49",
      0
     ],
     "destination": [
      "obj-50",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-50",
      0
     ],
     "destination": [
      "obj-52",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-52",
      0
     ],
     "destination": [
      "obj-54",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-54",
      0
     ],
     "destination": [
      "obj-55",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      5
     ],
     "destination": [
      "obj-58",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-56",
      0
     ],
     "destination": [
      "obj-57",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-57",
      0
     ],
     "destination": [
      "obj-59",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-59",
      0
     ],
     "destination": [
      "obj-61",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-61",
      0
     ],
     "destination": [
      "obj-62",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      6
     ],
     "destination": [
      "obj-65",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-63",
      0
     ],
     "destination": [
      "obj-64",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-64",
      0
     ],
     "destination": [
      "obj-66",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-66",
      0
     ],
     "destination": [
      "obj-68",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-68",
      0
     ],
     "destination": [
      "obj-69",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      7
     ],
     "destination": [
      "obj-72",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-70",
      0
     ],
     "destination": [
      "obj-71",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-71",
      0
     ],
     "destination": [
      "obj-73",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-73",
      0
     ],
     "destination": [
      "obj-75",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-75",
      0
     ],
     "destination": [
      "obj-76",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      8
     ],
     "destination": [
      "obj-80",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-78",
      0
     ],
     "destination": [
      "obj-79",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-79",
      0
     ],
     "destination": [
      "obj-81",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-81",
      1
     ],
     "destination": [
      "obj-83",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-83",
      0
     ],
     "destination": [
      "obj-84",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      9
     ],
     "destination": [
      "obj-87",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-85",
      0
     ],
     "destination": [
      "obj-86",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-86",
      0
     ],
     "destination": [
      "obj-88",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-88",
      1
     ],
     "destination": [
      "obj-90",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-90",
      0
     ],
     "destination": [
      "obj-91",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      10
     ],
     "destination": [
      "obj-94",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-92",
      0
     ],
     "destination": [
      "obj-93",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-93",
      0
     ],
     "destination": [
      "obj-95",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-95",
      1
     ],
     "destination": [
      "obj-97",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-97",
      0
     ],
     "destination": [
      "obj-98",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      11
     ],
     "destination": [
      "obj-101",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-99",
      0
     ],
     "destination": [
      "obj-100",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-100",
      0
     ],
     "destination": [
      "obj-102",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-102",
      0
     ],
     "destination": [
      "obj-104",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-104",
      0
     ],
     "destination": [
      "obj-105",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      12
     ],
     "destination": [
      "obj-108",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-106",
      0
     ],
     "destination": [
      "obj-107",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-107",
      0
     ],
     "destination": [
      "obj-109",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-109",
      0
     ],
     "destination": [
      "obj-111",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-111",
      0
     ],
     "destination": [
      "obj-112",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      13
     ],
     "destination": [
      "obj-115",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-113",
      0
     ],
     "destination": [
      "obj-114",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-114",
      0
     ],
     "destination": [
      "obj-116",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-116",
      1
     ],
     "destination": [
      "obj-118",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-118",
      0
     ],
     "destination": [
      "obj-119",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      14
     ],
     "destination": [
      "obj-122",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-120",
      0
     ],
     "destination": [
      "obj-121",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-121",
      0
     ],
     "destination": [
      "obj-123",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-123",
      0
     ],
     "destination": [
      "obj-125",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-125",
      0
     ],
     "destination": [
      "obj-126",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      15
     ],
     "destination": [
      "obj-129",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-127",
      0
     ],
     "destination": [
      "obj-128",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-128",
      0
     ],
     "destination": [
      "obj-130",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-130",
      0
     ],
     "destination": [
      "obj-132",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-132",
      0
     ],
     "destination": [
      "obj-133",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      16
     ],
     "destination": [
      "obj-136",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-134",
      0
     ],
     "destination": [
      "obj-135",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-135",
      0
     ],
     "destination": [
      "obj-137",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-137",
      0
     ],
     "destination": [
      "obj-139",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-139",
      0
     ],
     "destination": [
      "obj-140",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      17
     ],
     "destination": [
      "obj-143",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-141",
      0
     ],
     "destination": [
      "obj-142",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-142",
      0
     ],
     "destination": [
      "obj-144",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-144",
      0
     ],
     "destination": [
      "obj-146",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-146",
      0
     ],
     "destination": [
      "obj-147",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      18
     ],
     "destination": [
      "obj-150",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-148",
      0
     ],
     "destination": [
      "obj-149",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-149",
      0
     ],
     "destination": [
      "obj-151",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-151",
      1
     ],
     "destination": [
      "obj-153",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-153",
      0
     ],
     "destination": [
      "obj-154",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      19
     ],
     "destination": [
      "obj-157",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-155",
      0
     ],
     "destination": [
      "obj-156",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-156",
      0
     ],
     "destination": [
      "obj-158",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-158",
      0
     ],
     "destination": [
      "obj-160",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-160",
      0
     ],
     "destination": [
      "obj-161",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      20
     ],
     "destination": [
      "obj-164",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-162",
      0
     ],
     "destination": [
      "obj-163",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-163",
      0
     ],
     "destination": [
      "obj-165",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-165",
      1
     ],
     "destination": [
      "obj-167",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-167",
      0
     ],
     "destination": [
      "obj-168",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      21
     ],
     "destination": [
      "obj-171",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-169",
      0
     ],
     "destination": [
      "obj-170",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-170",
      0
     ],
     "destination": [
      "obj-172",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-172",
      1
     ],
     "destination": [
      "obj-174",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-174",
      0
     ],
     "destination": [
      "obj-175",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      22
     ],
     "destination": [
      "obj-178",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-176",
      0
     ],
     "destination": [
      "obj-177",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-177",
      0
     ],
     "destination": [
      "obj-179",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-179",
      0
     ],
     "destination": [
      "obj-181",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-181",
      0
     ],
     "destination": [
      "obj-182",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      23
     ],
     "destination": [
      "obj-185",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-183",
      0
     ],
     "destination": [
      "obj-184",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-184",
      0
     ],
     "destination": [
      "obj-186",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-186",
      0
     ],
     "destination": [
      "obj-188",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-188",
      0
     ],
     "destination": [
      "obj-189",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      24
     ],
     "destination": [
      "obj-193",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-191",
      0
     ],
     "destination": [
      "obj-192",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-192",
      0
     ],
     "destination": [
      "obj-194",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-194",
      0
     ],
     "destination": [
      "obj-196",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-196",
      0
     ],
     "destination": [
      "obj-197",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      25
     ],
     "destination": [
      "obj-200",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-198",
      0
     ],
     "destination": [
      "obj-199",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-199",
      0
     ],
     "destination": [
      "obj-201",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-201",
      0
     ],
     "destination": [
      "obj-203",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-203",
      0
     ],
     "destination": [
      "obj-204",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      26
     ],
     "destination": [
      "obj-207",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-205",
      0
     ],
     "destination": [
      "obj-206",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-206",
      0
     ],
     "destination": [
      "obj-208",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-208",
      0
     ],
     "destination": [
      "obj-210",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-210",
      0
     ],
     "destination": [
      "obj-211",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      27
     ],
     "destination": [
      "obj-214",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-212",
      0
     ],
     "destination": [
      "obj-213",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-213",
      0
     ],
     "destination": [
      "obj-215",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-215",
      0
     ],
     "destination": [
      "obj-217",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-217",
      0
     ],
     "destination": [
      "obj-218",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      28
     ],
     "destination": [
      "obj-221",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-219",
      0
     ],
     "destination": [
      "obj-220",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-220",
      0
     ],
     "destination": [
      "obj-222",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-222",
      0
     ],
     "destination": [
      "obj-224",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-224",
      0
     ],
     "destination": [
      "obj-225",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      29
     ],
     "destination": [
      "obj-228",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-226",
      0
     ],
     "destination": [
      "obj-227",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-227",
      0
     ],
     "destination": [
      "obj-229",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-229",
      1
     ],
     "destination": [
      "obj-231",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-231",
      0
     ],
     "destination": [
      "obj-232",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      30
     ],
     "destination": [
      "obj-235",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-233",
      0
     ],
     "destination": [
      "obj-234",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-234",
      0
     ],
     "destination": [
      "obj-236",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-236",
      0
     ],
     "destination": [
      "obj-238",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-238",
      0
     ],
     "destination": [
      "obj-239",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      31
     ],
     "destination": [
      "obj-243",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-241",
      0
     ],
     "destination": [
      "obj-242",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-242",
      0
     ],
     "destination": [
      "obj-244",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-244",
      1
     ],
     "destination": [
      "obj-246",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-246",
      0
     ],
     "destination": [
      "obj-247",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      32
     ],
     "destination": [
      "obj-250",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-248",
      0
     ],
     "destination": [
      "obj-249",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-249",
      0
     ],
     "destination": [
      "obj-251",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-251",
      0
     ],
     "destination": [
      "obj-253",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-253",
      0
     ],
     "destination": [
      "obj-254",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      33
     ],
     "destination": [
      "obj-257",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-255",
      0
     ],
     "destination": [
      "obj-256",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-256",
      0
     ],
     "destination": [
      "obj-258",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-258",
      0
     ],
     "destination": [
      "obj-260",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-260",
      0
     ],
     "destination": [
      "obj-261",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      34
     ],
     "destination": [
      "obj-264",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-262",
      0
     ],
     "destination": [
      "obj-263",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-263",
      0
     ],
     "destination": [
      "obj-265",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-265",
      0
     ],
     "destination": [
      "obj-267",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-267",
      0
     ],
     "destination": [
      "obj-268",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      35
     ],
     "destination": [
      "obj-271",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-269",
      0
     ],
     "destination": [
      "obj-270",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-270",
      0
     ],
     "destination": [
      "obj-272",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-272",
      0
     ],
     "destination": [
      "obj-274",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-274",
      0
     ],
     "destination": [
      "obj-275",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      36
     ],
     "destination": [
      "obj-278",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-276",
      0
     ],
     "destination": [
      "obj-277",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-277",
      0
     ],
     "destination": [
      "obj-279",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-279",
      0
     ],
     "destination": [
      "obj-281",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-281",
      0
     ],
     "destination": [
      "obj-282",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      37
     ],
     "destination": [
      "obj-285",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-283",
      0
     ],
     "destination": [
      "obj-284",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-284",
      0
     ],
     "destination": [
      "obj-286",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-286",
      0
     ],
     "destination": [
      "obj-288",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-288",
      0
     ],
     "destination": [
      "obj-289",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      38
     ],
     "destination": [
      "obj-292",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-290",
      0
     ],
     "destination": [
      "obj-291",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-291",
      0
     ],
     "destination": [
      "obj-293",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-293",
      0
     ],
     "destination": [
      "obj-295",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-295",
      0
     ],
     "destination": [
      "obj-296",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      39
     ],
     "destination": [
      "obj-300",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-298",
      0
     ],
     "destination": [
      "obj-299",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-299",
      0
     ],
     "destination": [
      "obj-301",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-301",
      1
     ],
     "destination": [
      "obj-303",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-303",
      0
     ],
     "destination": [
      "obj-304",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      40
     ],
     "destination": [
      "obj-307",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-305",
      0
     ],
     "destination": [
      "obj-306",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-306",
      0
     ],
     "destination": [
      "obj-308",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-308",
      1
     ],
     "destination": [
      "obj-310",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-310",
      0
     ],
     "destination": [
      "obj-311",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      41
     ],
     "destination": [
      "obj-314",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-312",
      0
     ],
     "destination": [
      "obj-313",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-313",
      0
     ],
     "destination": [
      "obj-315",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-315",
      0
     ],
     "destination": [
      "obj-317",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-317",
      0
     ],
     "destination": [
      "obj-318",
      0
     ],
     "order": 0
    }
   }
  ],
  "dependency_cache": [],
  "autosave": 0
 }
}
